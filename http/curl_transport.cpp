#include "http/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <climits>
#include <cstdlib>
#include <string_view>

#include "http/url.h"

namespace changeover {
namespace {

constexpr std::size_t max_header_bytes = std::size_t{256} * 1024;
// As many as an observation asks at once; Heroku itself gets one, shared (HTTP/2). Few enough for servers that give
// each connection a thread.
constexpr long max_connections_per_host = 32;

bool has_line_break(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos; }

std::string lower_trimmed(std::string_view name) {
  std::string text(name);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto from = text.find_first_not_of(blank);
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(blank) - from + 1);
}

}  // namespace

/// The multi handle: the connections and everything in flight.
class CurlTransport::Multi {
 public:
  Multi() : ready_(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK), handle_(curl_multi_init()) {
    if (!ready_ || handle_ == nullptr) std::abort();  // out of memory at start-up: nothing can be said or done
    curl_multi_setopt(handle_, CURLMOPT_MAX_HOST_CONNECTIONS, max_connections_per_host);
    curl_multi_setopt(handle_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;
  ~Multi() {
    curl_multi_cleanup(handle_);
    curl_global_cleanup();
  }
  [[nodiscard]] CURLM* get() const { return handle_; }
  /// Moves bytes and hands finished exchanges to the loop. True when one finished.
  bool advance();

 private:
  bool ready_;
  CURLM* handle_;
};

/// One request in flight, as the awaitable of its sender. Destroying it takes the request off the wire.
class CurlTransport::Exchange final : public Waiting {
 public:
  Exchange(EventLoop& loop, CURLM* multi, const HttpRequest& request, const CurlOptions& options)
      : Waiting(loop), multi_(multi), request_(request), limit_(options.max_answer_bytes), easy_(curl_easy_init()) {
    refusal_ = objection();
    if (!refusal_ && (easy_ == nullptr || !set_up(options)))
      refusal_ = Error{ErrorCode::internal, named() + " could not be prepared by libcurl", {}};
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() override {
    if (running_) curl_multi_remove_handle(multi_, easy_);
    curl_easy_cleanup(easy_);
    curl_slist_free_all(headers_);
  }

  [[nodiscard]] bool await_ready() const { return refusal_.has_value(); }
  bool await_suspend(std::coroutine_handle<> handle) {
    if (curl_multi_add_handle(multi_, easy_) != CURLM_OK) {
      refusal_ = Error{ErrorCode::internal, named() + " could not be started by libcurl", {}};
      return false;
    }
    running_ = true;
    suspend(handle);
    return true;
  }
  Result<HttpResponse> await_resume();

  void finished(CURLcode code) {
    curl_multi_remove_handle(multi_, easy_);
    running_ = false;
    code_ = code;
    wake();
  }

 private:
  [[nodiscard]] std::optional<Error> objection() const;
  bool set_up(const CurlOptions& options);
  bool set_up_body();
  bool set_up_headers();
  [[nodiscard]] bool reads() const { return request_.method == "GET" || request_.method == "HEAD"; }
  [[nodiscard]] std::string named() const { return request_.method + " " + request_.url; }
  template <class Value>
  bool set(CURLoption option, Value value) {
    return curl_easy_setopt(easy_, option, value) == CURLE_OK;
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static int on_request(void* self, char*, char*, int, int);

  CURLM* multi_;
  const HttpRequest& request_;
  std::size_t limit_;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> words_{};
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  int attempts_ = 0;  ///< how often curl had a connection and was about to write the request
  bool too_big_ = false;
  bool running_ = false;
  CURLcode code_ = CURLE_OK;
  std::optional<Error> refusal_;
};

std::optional<Error> CurlTransport::Exchange::objection() const {
  const std::string host = host_of(request_.url);
  if (host.empty()) return Error{ErrorCode::internal, request_.method + ": the URL is not one of http or https", {}};
  if (!request_.authorization.empty() && request_.url.starts_with("http:") && !is_loopback(host))
    return Error{ErrorCode::internal, named() + ": a token travels over plain http to loopback only", {}};
  bool broken = has_line_break(request_.authorization.reveal()) || has_line_break(request_.method);
  for (const auto& [name, value] : request_.headers) broken = broken || has_line_break(name) || has_line_break(value);
  if (broken) return Error{ErrorCode::internal, named() + ": a header holds a line break", {}};
  return std::nullopt;
}

bool CurlTransport::Exchange::set_up_headers() {
  const auto add = [this](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_, line.c_str());
    if (longer != nullptr) headers_ = longer;
    return longer != nullptr;
  };
  bool good = add("Expect:");
  bool typed = false;
  for (const auto& [name, value] : request_.headers) {
    typed = typed || lower_trimmed(name) == "content-type";
    good = good && add(name + ": " + value);
  }
  // Without this curl would call an empty POST a form.
  if (!typed) good = good && add("Content-Type:");
  if (!request_.authorization.empty()) good = good && add("Authorization: " + request_.authorization.reveal());
  return good && set(CURLOPT_HTTPHEADER, headers_) && set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
}

bool CurlTransport::Exchange::set_up_body() {
  if (request_.method == "HEAD") return set(CURLOPT_NOBODY, 1L);
  const bool bodiless = request_.body.empty() && (request_.method == "GET" || request_.method == "DELETE");
  if (!bodiless) {
    if (!set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()))) return false;
    if (!set(CURLOPT_POSTFIELDS, request_.body.c_str())) return false;
  }
  return set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

bool CurlTransport::Exchange::set_up(const CurlOptions& options) {
  const auto timeout = std::max<long>(1, static_cast<long>(request_.timeout.count()));
  const auto connect = std::min<long>(timeout, static_cast<long>(options.connect_timeout.count()));
  const bool secure = request_.url.starts_with("https:");
  bool good = set(CURLOPT_URL, request_.url.c_str()) && set(CURLOPT_PRIVATE, this) && set_up_body() && set_up_headers();
  good = good && set(CURLOPT_PROTOCOLS_STR, "http,https") && set(CURLOPT_FOLLOWLOCATION, 0L);
  good = good && set(CURLOPT_PATH_AS_IS, 1L) && set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  good = good && set(CURLOPT_USERAGENT, options.user_agent.c_str()) && set(CURLOPT_ACCEPT_ENCODING, "gzip");
  good = good && set(CURLOPT_SSL_VERIFYPEER, 1L) && set(CURLOPT_SSL_VERIFYHOST, 2L);
  good = good && set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) good = good && set(CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.ca_folder.empty()) good = good && set(CURLOPT_CAPATH, options.ca_folder.c_str());
  good = good && set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  good = good && set(CURLOPT_PIPEWAIT, secure ? 1L : 0L);
  if (is_loopback(host_of(request_.url))) good = good && set(CURLOPT_NOPROXY, "*");
  good = good && set(CURLOPT_TCP_NODELAY, 1L) && set(CURLOPT_TCP_KEEPALIVE, 1L) && set(CURLOPT_NOSIGNAL, 1L);
  good = good && set(CURLOPT_TCP_KEEPIDLE, 30L) && set(CURLOPT_TCP_KEEPINTVL, 15L);
  good = good && set(CURLOPT_TIMEOUT_MS, timeout) && set(CURLOPT_CONNECTTIMEOUT_MS, connect);
  good = good && set(CURLOPT_ERRORBUFFER, words_.data());
  good = good && set(CURLOPT_WRITEFUNCTION, &Exchange::on_body) && set(CURLOPT_WRITEDATA, this);
  good = good && set(CURLOPT_HEADERFUNCTION, &Exchange::on_header) && set(CURLOPT_HEADERDATA, this);
  return good && set(CURLOPT_PREREQFUNCTION, &Exchange::on_request) && set(CURLOPT_PREREQDATA, this);
}

std::size_t CurlTransport::Exchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  const std::size_t bytes = size * count;
  if (exchange.response_.body.size() + bytes > exchange.limit_) {
    exchange.too_big_ = true;
    return 0;
  }
  exchange.response_.body.append(data, bytes);
  return bytes;
}

std::size_t CurlTransport::Exchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  const std::string_view line(data, size * count);
  // A status line begins a new answer: what an interim 1xx answer brought does not count.
  if (line.starts_with("HTTP/")) exchange.response_.headers.clear();
  exchange.header_bytes_ += line.size();
  if (exchange.header_bytes_ > max_header_bytes) {
    exchange.too_big_ = true;
    return 0;
  }
  if (const auto colon = line.find(':'); colon != line.npos && !line.starts_with("HTTP/"))
    exchange.response_.headers.emplace_back(lower_trimmed(trimmed(line.substr(0, colon))),
                                            std::string(trimmed(line.substr(colon + 1))));
  return line.size();
}

int CurlTransport::Exchange::on_request(void* self, char*, char*, int, int) {
  auto& exchange = *static_cast<Exchange*>(self);
  // curl repeats a request on a new connection when a kept one dies without an answer, a POST like a GET. The first
  // may have been carried out, so the second is only for requests that read.
  const bool again = exchange.attempts_++ > 0;
  return again && !exchange.reads() ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

Result<HttpResponse> CurlTransport::Exchange::await_resume() {
  if (refusal_) return fail(std::move(*refusal_));
  if (too_big_)
    return fail(ErrorCode::corrupt, named() + ": the answer is larger than expected and was not read",
                "look at what answers there: it is probably not the server that was meant");
  if (code_ == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    return std::move(response_);
  }
  std::string why = words_[0] != '\0' ? words_.data() : curl_easy_strerror(code_);
  if (code_ == CURLE_ABORTED_BY_CALLBACK) why = "the connection ended before an answer came";
  if (code_ == CURLE_OUT_OF_MEMORY || code_ == CURLE_FAILED_INIT || code_ == CURLE_UNSUPPORTED_PROTOCOL)
    return fail(ErrorCode::internal, named() + ": " + why);
  // Before curl had a connection to write to, nothing of the request can have left.
  if (attempts_ == 0)
    return fail(ErrorCode::unavailable, named() + ": " + why,
                "check the network, the proxy and the host's certificate");
  return fail(ErrorCode::outcome_unknown, named() + ": " + why + "; whether it was carried out is not known");
}

bool CurlTransport::Multi::advance() {
  int running = 0;
  curl_multi_perform(handle_, &running);
  bool any = false;
  int queued = 0;
  while (const CURLMsg* message = curl_multi_info_read(handle_, &queued)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    void* exchange = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
    static_cast<Exchange*>(exchange)->finished(code);
    any = true;
  }
  return any;
}

CurlOptions CurlOptions::from(const Environment& environment) {
  CurlOptions options;
  options.ca_file = environment.get("SSL_CERT_FILE").value_or("");
  options.ca_folder = environment.get("SSL_CERT_DIR").value_or("");
  return options;
}

CurlTransport::CurlTransport(CurlOptions options) : options_(std::move(options)), multi_(std::make_unique<Multi>()) {
  if (options_.user_agent.empty()) options_.user_agent = "changeover/" CHANGEOVER_VERSION;
}

CurlTransport::~CurlTransport() = default;

void CurlTransport::attach(EventLoop& loop) { loop_ = &loop; }

Task<Result<HttpResponse>> CurlTransport::send(HttpRequest request) {
  if (loop_ == nullptr) co_return fail(ErrorCode::internal, "the transport was used before it had an event loop");
  Exchange exchange(*loop_, multi_->get(), request, options_);
  co_return co_await exchange;
}

void CurlTransport::wait(std::optional<std::chrono::nanoseconds> at_most) {
  // Requests that were added since the last turn go out before anyone sleeps.
  if (multi_->advance()) return;
  constexpr std::chrono::milliseconds longest{std::chrono::hours{1}};
  auto time = longest;
  if (at_most) time = std::min(longest, std::chrono::ceil<std::chrono::milliseconds>(*at_most));
  curl_multi_poll(multi_->get(), nullptr, 0, static_cast<int>(std::max<long long>(0, time.count())), nullptr);
  multi_->advance();
}

void CurlTransport::wake() { curl_multi_wakeup(multi_->get()); }

}  // namespace changeover
