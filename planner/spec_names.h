// How the names of a spec are written: migrations, apps, attachments, add-ons, plans, process types.
//
// Owner: nobody; pure functions. Thread rule: none. Sources: heroku-api.md 2.1, 2.4, 2.6; design 3.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace changeover {

inline constexpr std::size_t longest_migration_name = 40;

/// `[a-z][a-z0-9-]*`, at most longest_migration_name bytes: it becomes part of an add-on's name.
[[nodiscard]] bool is_migration_name(std::string_view name);

/// Heroku's rule for apps: `[a-z][a-z0-9-]{1,28}[a-z0-9]`.
[[nodiscard]] bool is_app_name(std::string_view name);

/// `[A-Z][A-Z0-9_]*` without its one `_URL` (heroku-api.md 2.6), or nothing when it is no attachment's name.
[[nodiscard]] std::optional<std::string> attachment_name(std::string_view text);

/// `[a-zA-Z][A-Za-z0-9_-]+`, at most 256 bytes (heroku-api.md 2.4).
[[nodiscard]] bool is_addon_name(std::string_view name);

/// `[-\w]{1,128}` (heroku-api.md 2.2).
[[nodiscard]] bool is_process_type(std::string_view name);

/// "private-m", "Standard-1X".
[[nodiscard]] bool is_dyno_size(std::string_view name);

/// "private-4", without the service.
[[nodiscard]] bool is_plan_name(std::string_view name);

/// An environment variable's: `[A-Za-z_][A-Za-z0-9_]*`.
[[nodiscard]] bool is_variable_name(std::string_view name);

}  // namespace changeover
