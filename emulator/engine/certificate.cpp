#include "emulator/engine/certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace changeover::emulator {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* memory) const { BIO_free(memory); }
};
using Memory = std::unique_ptr<BIO, Free>;

std::string text_of(const Memory& memory) {
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(length)};
}

constexpr long ten_years_s = 10L * 365 * 24 * 3600;

}  // namespace

Result<Certificate> make_certificate() {
  const std::unique_ptr<EVP_PKEY, Free> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, Free> certificate(X509_new());
  const Memory key_text(BIO_new(BIO_s_mem()));
  const Memory certificate_text(BIO_new(BIO_s_mem()));
  bool made = key && certificate && key_text && certificate_text;
  if (made) {
    X509* const x = certificate.get();
    X509_NAME* const name = X509_get_subject_name(x);
    const auto* const localhost = reinterpret_cast<const unsigned char*>("localhost");
    made = X509_set_version(x, X509_VERSION_3) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(x), 0) != nullptr &&
           X509_gmtime_adj(X509_getm_notAfter(x), ten_years_s) != nullptr && X509_set_pubkey(x, key.get()) == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, localhost, -1, -1, 0) == 1 &&
           X509_set_issuer_name(x, name) == 1 && X509_sign(x, key.get(), EVP_sha256()) > 0 &&
           PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
           PEM_write_bio_X509(certificate_text.get(), x) == 1;
  }
  if (!made) return fail(ErrorCode::internal, "OpenSSL could not make a certificate for the emulated databases");
  return Certificate{text_of(certificate_text), Secret(text_of(key_text))};
}

}  // namespace changeover::emulator
