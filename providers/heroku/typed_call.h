// The one step between a call's JSON and the type its caller wants; used by both clients.
//
// Owner: nobody. Thread rule: the event loop's thread; the ApiClient outlives the task.
#pragma once

#include <vector>

#include "providers/heroku/api_client.h"
#include "providers/heroku/decode.h"

namespace changeover::heroku {

template <class T>
using Decode = Result<T> (*)(const json::Value&);

/// An answer to a call that changed something and cannot be understood is `outcome_unknown`: it may well have worked.
[[nodiscard]] inline Error misread(Error error, const std::string& name, bool reads) {
  if (!reads && error.code == ErrorCode::corrupt) error.code = ErrorCode::outcome_unknown;
  return error.in(name);
}

template <class T>
[[nodiscard]] Task<Result<T>> typed_call(ApiClient& api, Call call, Decode<T> decode) {
  const std::string name = call.method + " " + call.path;
  const bool reads = call.reads();
  Task<Result<json::Value>> calling = api.call(std::move(call));
  const Result<json::Value> answer = co_await calling;
  if (!answer) co_return fail(answer.error());
  Result<T> value = decode(*answer);
  if (!value) co_return fail(misread(std::move(value.error()), name, reads));
  co_return std::move(value);
}

/// A list whose whole content comes with one answer, whatever the method.
template <class T>
[[nodiscard]] Task<Result<std::vector<T>>> typed_array(ApiClient& api, Call call, Decode<T> decode) {
  const std::string name = call.method + " " + call.path;
  const bool reads = call.reads();
  Task<Result<json::Value>> calling = api.call(std::move(call));
  const Result<json::Value> answer = co_await calling;
  if (!answer) co_return fail(answer.error());
  Result<std::vector<T>> list = corrupt_answer("something that is no list");
  if (answer->is_array()) list = list_from(answer->items(), decode);
  if (!list) co_return fail(misread(std::move(list.error()), name, reads));
  co_return std::move(list);
}

/// A list over all its pages.
template <class T>
[[nodiscard]] Task<Result<std::vector<T>>> typed_list(ApiClient& api, Call call, Decode<T> decode) {
  const std::string name = call.method + " " + call.path;
  Task<Result<json::Array>> calling = api.list(std::move(call));
  const Result<json::Array> items = co_await calling;
  if (!items) co_return fail(items.error());
  Result<std::vector<T>> list = list_from(*items, decode);
  if (!list) co_return fail(misread(std::move(list.error()), name, true));
  co_return std::move(list);
}

/// A call whose answer says nothing that is needed.
[[nodiscard]] inline Task<Result<void>> plain_call(ApiClient& api, Call call) {
  call.wants_answer = false;
  Task<Result<json::Value>> calling = api.call(std::move(call));
  const Result<json::Value> answer = co_await calling;
  if (!answer) co_return fail(answer.error());
  co_return Result<void>{};
}

}  // namespace changeover::heroku
