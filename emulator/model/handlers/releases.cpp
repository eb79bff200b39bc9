#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {

Response releases(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  std::vector<const Release*> list;
  list.reserve(app->releases.size());
  for (const auto& release : app->releases) list.push_back(release.get());
  return page(
      call, std::move(list), {"version", "id"},
      [](const Release* release, const std::string& field) {
        return field == "id" ? release->id : std::to_string(release->version);
      },
      [&](const Release* release) { return render(*app, *release); });
}

Response release(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  for (const auto& release : app->releases)
    if (release->id == call["release"] || std::to_string(release->version) == call["release"])
      return answer(render(*app, *release));
  return not_found("release", "Couldn't find that release.");
}

}  // namespace changeover::emulator::handlers
