#include "emulator/router/pages.h"

#include <string>

namespace changeover::emulator {
namespace {

constexpr Refusal maintenance{"H80", "Maintenance mode"};
constexpr Refusal boot_timeout{"H20", "App boot timeout"};
constexpr Refusal crashed{"H10", "App crashed"};
constexpr Refusal no_web{"H14", "No web processes running"};
constexpr Refusal no_proxy{"", "No routing proxy: web=0 in a space"};
constexpr Refusal no_app{"", "No such app", 404};
constexpr Refusal refused{"H21", "Backend connection refused"};
constexpr Refusal connect_timeout{"H19", "Backend connection timeout"};
constexpr Refusal answer_timeout{"H12", "Request timeout"};
constexpr Refusal closed{"H13", "Connection closed without response"};
constexpr Refusal malformed{"H17", "Poorly formatted HTTP response"};
constexpr Refusal interrupted{"H18", "Server Request Interrupted"};
constexpr Refusal stopped{"H99", "Platform error"};

Response html(int status, std::string_view title, std::string_view text) {
  std::string body = "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>";
  body.append(title).append("</title></head>\n<body><h1>").append(title).append("</h1><p>").append(text);
  body.append("</p></body></html>\n");
  return {status, {{"content-type", "text/html; charset=utf-8"}, {"cache-control", "no-cache, no-store"}}, body};
}

}  // namespace

const Refusal& refusal_of(Destination::Kind kind) {
  switch (kind) {
    case Destination::Kind::maintenance:
      return maintenance;
    case Destination::Kind::booting:
      return boot_timeout;
    case Destination::Kind::crashed:
      return crashed;
    case Destination::Kind::no_web:
      return no_web;
    case Destination::Kind::no_proxy:
      return no_proxy;
    case Destination::Kind::no_app:
      return no_app;
    case Destination::Kind::dyno:
      break;
  }
  return stopped;
}

const Refusal& refusal_of(DynoFailure failure) {
  switch (failure) {
    case DynoFailure::refused:
      return refused;
    case DynoFailure::connect_timeout:
      return connect_timeout;
    case DynoFailure::answer_timeout:
      return answer_timeout;
    case DynoFailure::closed:
      return closed;
    case DynoFailure::malformed:
      return malformed;
    case DynoFailure::interrupted:
      return interrupted;
    case DynoFailure::stopped:
      break;
  }
  return stopped;
}

Response page_of(const Refusal& refusal) {
  if (&refusal == &maintenance)
    return html(503, "Offline for Maintenance", "This application is undergoing maintenance. Please come back later.");
  if (&refusal == &no_app)
    return html(404, "No such app", "No app of this emulator has that host. Ask for http://APP.localhost:PORT/.");
  // Nobody of Heroku's is there to serve a page.
  if (&refusal == &no_proxy) return {503, {{"content-type", "text/plain"}}, "503 Service Unavailable\n"};
  return html(refusal.status, "Application error",
              "An error occurred in the application, and its page could not be served. See the router's log.");
}

}  // namespace changeover::emulator
