// That curl talks to nobody whose certificate it cannot verify, and to those it can without asking twice.
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "http/curl_transport.h"

namespace changeover {
namespace {

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertificatePointer = std::unique_ptr<X509, decltype(&X509_free)>;

/// A certificate for 127.0.0.1 that vouches for itself.
CertificatePointer self_signed(EVP_PKEY* key) {
  CertificatePointer certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  for (const auto& [id, value] :
       {std::pair{NID_subject_alt_name, "IP:127.0.0.1"}, {NID_basic_constraints, "CA:TRUE"}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(certificate.get(), key, EVP_sha256());
  return certificate;
}

struct CurlTlsTest : ::testing::Test {
  KeyPointer key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  CertificatePointer certificate{self_signed(key.get())};
  std::string ca_file = ::testing::TempDir() + "changeover_tls_" + std::to_string(::getpid()) + ".pem";
  httplib::SSLServer server{certificate.get(), key.get()};
  std::atomic<int> requests{0};
  int port = 0;
  std::thread thread;
  SystemClock clock;

  void SetUp() override {
    FILE* file = std::fopen(ca_file.c_str(), "w");
    ASSERT_NE(file, nullptr);
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
    server.Get("/ok", [this](const httplib::Request&, httplib::Response& response) {
      ++requests;
      response.set_content("hello", "text/plain");
    });
    port = server.bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  void TearDown() override {
    server.stop();
    thread.join();
    std::filesystem::remove(ca_file);
  }
  Result<HttpResponse> get(const std::string& host, CurlOptions options) {
    CurlTransport transport(std::move(options));
    EventLoop loop(clock, transport);
    transport.attach(loop);
    HttpRequest request;
    request.url = "https://" + host + ":" + std::to_string(port) + "/ok";
    request.authorization = Secret("Bearer token");
    return loop.run(transport.send(std::move(request)));
  }
};

TEST_F(CurlTlsTest, AnUnknownCertificateGetsNoRequest) {
  const auto response = get("127.0.0.1", {});
  ASSERT_FALSE(response);
  EXPECT_EQ(to_string(response.error().code), "unavailable") << response.error().what;
  EXPECT_EQ(requests, 0);
}

TEST_F(CurlTlsTest, ACertificateOfTheGivenFileIsTrusted) {
  CurlOptions options;
  options.ca_file = ca_file;
  const auto response = get("127.0.0.1", options);
  ASSERT_TRUE(response) << response.error().what;
  EXPECT_EQ(response->body, "hello");
}

TEST_F(CurlTlsTest, ACertificateForAnotherHostGetsNoRequest) {
  CurlOptions options;
  options.ca_file = ca_file;
  const auto response = get("localhost", options);
  ASSERT_FALSE(response);
  EXPECT_EQ(to_string(response.error().code), "unavailable") << response.error().what;
  EXPECT_NE(response.error().what.find("localhost"), std::string::npos);
  EXPECT_EQ(requests, 0);
}

}  // namespace
}  // namespace changeover
