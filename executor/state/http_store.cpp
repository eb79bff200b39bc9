#include "executor/state/http_store.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "http/headers.h"
#include "json/value.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;

/// Begins the ids of our locks: only those are ever broken, for they are held for moments.
constexpr std::string_view our_mark = "changeover-";
constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{2'000};
constexpr int most_writes = 3;

/// What the answer to a refused lock tells of the holder.
struct OtherLock {
  std::string id;
  std::string who;
  std::string created;
};

OtherLock other_lock(const std::string& body) {
  const Result<json::Value> info = json::parse(body);
  if (!info) return {};
  return {(*info)["ID"].string_or(""), (*info)["Who"].string_or(""), (*info)["Created"].string_or("")};
}

bool is_held(int status) { return status == 423 || status == 409; }
bool is_kept(int status) { return status == 200 || status == 201 || status == 204; }

/// Reading and locking with the same id may be repeated: an answer that was lost has done no harm.
Error harmless(Error error) {
  if (error.code == ErrorCode::outcome_unknown) error.code = ErrorCode::unavailable;
  return error;
}

}  // namespace

HttpStateAddress HttpStateAddress::of(const std::string& url) {
  HttpStateAddress address;
  address.url = url;
  address.lock_url = url;
  const std::size_t api = url.find("/api/v4/projects/");
  const std::size_t query = url.find('?');
  if (api == std::string::npos || url.find("/terraform/state/", api) == std::string::npos) return address;
  address.lock_url = url.substr(0, query) + "/lock" + (query == std::string::npos ? "" : url.substr(query));
  address.lock_method = "POST";
  address.unlock_method = "DELETE";
  return address;
}

HttpStore::HttpStore(Transport& transport, EventLoop& loop, Random& random, Options options)
    : transport_(transport), loop_(loop), random_(random), options_(std::move(options)) {}

std::string HttpStore::describe() const { return options_.address.url.substr(0, options_.address.url.find('?')); }

HttpRequest HttpStore::request(const std::string& method, const std::string& url) const {
  HttpRequest made;
  made.method = method;
  made.url = url;
  made.authorization = options_.authorization;
  made.timeout = options_.timeout;
  return made;
}

std::string HttpStore::lock_info(const std::string& id) const {
  return json::Value::object()
      .set("ID", id)
      .set("Operation", "changeover")
      .set("Info", "held while the state is read, changed and written")
      .set("Who", options_.me.who + "@" + options_.me.host)
      .set("Version", "1")
      .set("Created", format_time(loop_.clock().wall_now()))
      .set("Path", "")
      .dump();
}

Error HttpStore::refusal(const HttpResponse& answer, const std::string& doing) const {
  const std::string what =
      doing + " the state in " + describe() + ": the server answered " + std::to_string(answer.status);
  if (answer.status == 401 || answer.status == 403)
    return {ErrorCode::unauthorized,
            what,
            "set TF_HTTP_USERNAME and TF_HTTP_PASSWORD (or CHANGEOVER_HTTP_USERNAME and CHANGEOVER_HTTP_PASSWORD) to a "
            "user and a token that may read, write and lock this state",
            {}};
  if (answer.status == 429 || answer.status >= 500)
    return {answer.status == 501 ? ErrorCode::precondition : ErrorCode::unavailable,
            what,
            "look at that server, then run again",
            {}};
  return {ErrorCode::precondition,
          what,
          "the address must speak the protocol of Terraform's http backend, locking included; look at the url, and at "
          "what this user may do there",
          {}};
}

Task<Result<HttpResponse>> HttpStore::ask_lock(std::string id) {
  HttpRequest asking = request(options_.address.lock_method, options_.address.lock_url);
  asking.headers.emplace_back("Content-Type", "application/json");
  asking.body = lock_info(id);
  Task<Result<HttpResponse>> sending = transport_.send(std::move(asking));
  co_return co_await sending;
}

Task<Result<void>> HttpStore::take_lock(std::string id) {
  const SteadyTime give_up = loop_.clock().steady_now() + options_.patience;
  milliseconds pause = first_pause;
  OtherLock seen;
  SteadyTime seen_since = loop_.clock().steady_now();
  for (;;) {
    Task<Result<HttpResponse>> asking = ask_lock(id);
    const Result<HttpResponse> answer = co_await asking;
    const SteadyTime now = loop_.clock().steady_now();
    if (answer && answer->status == 200) co_return Result<void>{};
    if (!answer && (answer.error().code != ErrorCode::outcome_unknown || now >= give_up))
      co_return fail(harmless(answer.error()));
    if (!answer) {  // asked again with the same id: a lock that was given is then known to be ours
      co_await loop_.sleep_for(pause);
      pause = std::min(pause * 2, longest_pause);
      continue;
    }
    if (!is_held(answer->status)) co_return fail(refusal(*answer, "locking"));
    const OtherLock other = other_lock(answer->body);
    if (other.id == id) co_return Result<void>{};  // it was ours, and the answer was lost
    if (other.id != seen.id) seen_since = now;
    seen = other;
    if (!other.id.starts_with(our_mark) || now >= give_up)
      co_return fail(other.id.starts_with(our_mark) ? ErrorCode::unavailable : ErrorCode::locked,
                     "the state in " + describe() + " is locked by " + (other.who.empty() ? "somebody" : other.who) +
                         " since " + (other.created.empty() ? "an unknown time" : other.created) + ", lock id " +
                         (other.id.empty() ? "unknown" : other.id),
                     "wait until that lock is let go, or break it where the state is kept (GitLab: Operate, Terraform "
                     "states); it is no lock of a migration, so `changeover unlock` does not know it");
    if (now - seen_since >= options_.breaks_after) {
      Task<Result<void>> breaking = give_back(other.id);
      static_cast<void>(co_await breaking);
    }
    const double jitter = 0.5 + random_.unit() / 2;
    co_await loop_.sleep_for(std::chrono::duration_cast<std::chrono::nanoseconds>(pause * jitter));
    pause = std::min(pause * 2, longest_pause);
  }
}

Task<Result<void>> HttpStore::give_back(std::string id) {
  HttpRequest asking = request(options_.address.unlock_method, options_.address.lock_url);
  asking.headers.emplace_back("Content-Type", "application/json");
  asking.body = lock_info(id);
  Task<Result<HttpResponse>> sending = transport_.send(std::move(asking));
  const Result<HttpResponse> answer = co_await sending;
  if (!answer) co_return fail(answer.error());
  if (answer->status >= 300) co_return fail(refusal(*answer, "unlocking"));
  co_return Result<void>{};
}

Task<Result<HttpStore::Fetched>> HttpStore::fetch() {
  HttpRequest asking = request("GET", options_.address.url);
  Task<Result<HttpResponse>> sending = transport_.send(std::move(asking));
  const Result<HttpResponse> answer = co_await sending;
  if (!answer) co_return fail(harmless(answer.error()));
  Fetched fetched;
  fetched.view.now = parse_http_date(answer->header("date")).value_or(loop_.clock().wall_now());
  if (answer->status == 204 || answer->status == 404) co_return fetched;
  if (answer->status != 200) co_return fail(refusal(*answer, "reading"));
  Result<StateDocument> document = read_shared(answer->body, "the state in " + describe());
  if (!document) co_return fail(document.error());
  fetched.text = answer->body;
  fetched.view.document = std::move(*document);
  co_return fetched;
}

Task<Result<StateView>> HttpStore::read() {
  Task<Result<Fetched>> fetching = fetch();
  Result<Fetched> fetched = co_await fetching;
  if (!fetched) co_return fail(fetched.error());
  co_return std::move(fetched->view);
}

/// Writes until it is known to be kept, or known not to be.
Task<Result<void>> HttpStore::put(std::string id, std::string text) {
  std::string url = options_.address.url;
  url += (url.find('?') == std::string::npos ? "?ID=" : "&ID=") + id;
  for (int write = 1;; ++write) {
    HttpRequest asking = request(options_.address.update_method, url);
    asking.headers.emplace_back("Content-Type", "application/json");
    asking.body = text;
    Task<Result<HttpResponse>> sending = transport_.send(std::move(asking));
    const Result<HttpResponse> answer = co_await sending;
    if (answer && is_kept(answer->status)) co_return Result<void>{};
    if (answer && is_held(answer->status))
      co_return fail(ErrorCode::unavailable, "writing the state in " + describe() +
                                                 ": the lock under which it was to be written was broken; nothing was "
                                                 "written");
    // 422 is what GitLab says to a serial that it has already: perhaps from a write whose answer was lost.
    if (answer && answer->status < 500 && answer->status != 429 && answer->status != 422)
      co_return fail(refusal(*answer, "writing"));
    Task<Result<Fetched>> looking = fetch();
    const Result<Fetched> there = co_await looking;
    if (there && there->text == text) co_return Result<void>{};
    const Error error = answer ? refusal(*answer, "writing") : answer.error();
    const bool unsure = !there || (!answer && error.code == ErrorCode::outcome_unknown);
    if (write == most_writes || (answer && answer->status == 422))
      co_return fail(unsure ? ErrorCode::outcome_unknown : ErrorCode::unavailable, error.what, error.advice);
    co_await loop_.sleep_for(first_pause * write);
  }
}

Task<Result<StateView>> HttpStore::change_locked(std::string id, StateChange change) {
  Task<Result<Fetched>> fetching = fetch();
  Result<Fetched> fetched = co_await fetching;
  if (!fetched) co_return fail(fetched.error());
  StateView view = std::move(fetched->view);
  const Result<bool> wanted = change(view.document, view.now);
  if (!wanted) co_return fail(wanted.error());
  if (!*wanted) co_return view;
  Recorded& recorded = view.document.recorded;
  if (recorded.lineage.empty()) recorded.lineage = random_.uuid();
  ++recorded.serial;
  std::string text = shared_text(view.document);
  Task<Result<void>> putting = put(id, std::move(text));
  const Result<void> kept = co_await putting;
  if (!kept) co_return fail(kept.error());
  co_return view;
}

Task<Result<StateView>> HttpStore::change(StateChange change) {
  if (!locked_.empty()) {  // of a change that was dropped, or could not unlock
    Task<void> settling = settle();
    co_await settling;
  }
  const std::string id = std::string(our_mark) + random_.uuid();
  locked_ = id;
  Task<Result<void>> locking = take_lock(id);
  const Result<void> locked = co_await locking;
  if (!locked) {
    if (locked.error().code != ErrorCode::unavailable) locked_.clear();
    co_return fail(locked.error());
  }
  Task<Result<StateView>> changing = change_locked(id, std::move(change));
  Result<StateView> done = co_await changing;
  Task<Result<void>> unlocking = give_back(id);
  const Result<void> unlocked = co_await unlocking;
  if (unlocked) locked_.clear();
  co_return done;
}

Task<void> HttpStore::settle() {
  if (locked_.empty()) co_return;
  const std::string id = std::exchange(locked_, {});
  Task<Result<void>> unlocking = give_back(id);
  static_cast<void>(co_await unlocking);
}

}  // namespace changeover
