#include "core/environment.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace changeover {

std::optional<std::string> SystemEnvironment::get(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::map<std::string, std::string> SystemEnvironment::all() const {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (const std::size_t equals = text.find('='); equals != std::string_view::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

Result<std::string> SystemEnvironment::read_file(const std::string& path) const {
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (status.type() == std::filesystem::file_type::not_found)
    return fail(ErrorCode::not_found, "there is no file " + path);
  if (problem) return fail(ErrorCode::unauthorized, "the file " + path + " cannot be read: " + problem.message());
  if (status.type() != std::filesystem::file_type::regular)
    return fail(ErrorCode::corrupt, path + " is not a regular file");
  const auto size = std::filesystem::file_size(path, problem);
  if (!problem && size > max_file_bytes)
    return fail(ErrorCode::corrupt, "the file " + path + " is larger than 16 MiB, which is not expected here");
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::unauthorized, "the file " + path + " may not be read", "check its permissions");
  std::string text;
  std::array<char, 4096> part{};  // by the stream, not by its buffer: a buffer throws when the disk fails
  while (file.read(part.data(), part.size()), file.gcount() > 0)
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return fail(ErrorCode::corrupt, "the file " + path + " could not be read to its end");
  return text;
}

}  // namespace changeover
