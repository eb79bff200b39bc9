// A transport that books the time of its exchanges as somebody else's.
//
// Owner: the wiring, over the transport that really sends; both outlive every task. Thread rule: the event loop's
// thread.
#pragma once

#include <utility>

#include "executor/outside_time.h"
#include "http/transport.h"

namespace changeover::heroku {

class TimedTransport final : public Transport {
 public:
  TimedTransport(Transport& inner, OutsideTime& outside) : inner_(inner), outside_(outside) {}

  [[nodiscard]] Task<Result<HttpResponse>> send(HttpRequest request) override {
    const OutsideTime::Span outside(outside_);
    co_return co_await inner_.send(std::move(request));
  }

 private:
  Transport& inner_;
  OutsideTime& outside_;
};

}  // namespace changeover::heroku
