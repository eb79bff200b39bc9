#include "emulator/model/handlers/data_call.h"

namespace changeover::emulator::handlers {

Response unknown_database(const Control& control) {
  using Body = DataSwitches::UnknownBody;
  constexpr const char* page = "<h1>Not Found</h1>";
  Response response{404, {{"x-cascade", "pass"}}, {}};
  const auto say = [&](const char* type, std::string body) {
    response.headers.emplace_back("content-type", type);
    response.body = std::move(body);
    return response;
  };
  switch (control.switches.data.unknown_body) {
    case Body::empty:
      return response;
    case Body::html:
      return say("text/html", page);
    case Body::json:
      return say("application/json", R"({"id":"not_found"})");
    case Body::json_message:
      return say("application/json", R"({"id":"not_found","message":"Not found."})");
    case Body::html_as_json:
      return say("application/json", page);
  }
  return response;
}

}  // namespace changeover::emulator::handlers
