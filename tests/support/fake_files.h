// Files in memory: one FakeDisk for the world, one FakeFiles for each process that uses it.
//
// Owner: the test. Thread rule: one thread. A process can fail its n-th call, once or for good, before or after the
// effect, tear a write in the middle, or die: then its locks are free and its files stay as they are.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "executor/state/files.h"

namespace changeover::testing {

class FakeFiles;

/// What every process sees. Paths are absolute; the folder of each file must have been made.
struct FakeDisk {
  struct File {
    std::string content;
    const void* locked_by = nullptr;
  };
  std::map<std::string, std::size_t> names;  ///< path → index of the file
  std::vector<File> files;                   ///< a removed one stays: whoever holds its lock goes on holding it
  std::vector<std::string> folders{"/state"};

  [[nodiscard]] bool has(const std::string& path) const { return names.contains(path); }
  [[nodiscard]] const std::string& content(const std::string& path) const { return files.at(names.at(path)).content; }
  std::size_t put(const std::string& path, std::string_view content) {
    files.push_back({std::string(content), nullptr});
    return names[path] = files.size() - 1;
  }
};

class FakeFiles final : public Files {
 public:
  enum class How { before_effect, after_effect, torn };
  struct Failure {
    int call = 0;           ///< the n-th from now, counted from 1
    bool for_good = false;  ///< and every later one
    How how = How::before_effect;
    ErrorCode code = ErrorCode::unavailable;
    bool dies = false;  ///< the process ends in that call, as by kill -9
  };

  explicit FakeFiles(FakeDisk& disk) : disk_(disk) {}

  void fail_call(Failure failure) {
    failure_ = failure;
    calls_ = 0;
  }
  [[nodiscard]] int calls() const { return calls_; }
  bool locks_hold = true;            ///< false: whoever asks for a lock gets it
  std::function<void()> on_death{};  ///< told when a failure that `dies` came
  /// The process ends here, as by kill -9.
  void die() {
    dead_ = true;
    for (FakeDisk::File& file : disk_.files)
      if (file.locked_by == this) file.locked_by = nullptr;
  }

  Result<std::string> resolve(const std::string& path) override {
    return act<std::string>("opening", path, [&]() -> Result<std::string> {
      const std::string full = path.starts_with("/") ? path : "/state/" + path;
      if (!folder_exists(full)) return no_folder("opening", full);
      return full;
    });
  }
  Result<std::optional<std::string>> read(const std::string& path) override {
    using Text = std::optional<std::string>;
    return act<Text>("reading", path,
                     [&]() -> Result<Text> { return disk_.has(path) ? Text(disk_.content(path)) : Text(); });
  }
  Result<void> write_durably(const std::string& path, std::string_view content) override {
    if (!folder_exists(path)) return no_folder("writing", path);
    return act<void>("writing", path, [&]() -> Result<void> {
      if (torn_ && failure_.dies) {  // what a process leaves that dies before the rename
        disk_.put(path + ".changeover-1-1.tmp", content.substr(0, content.size() / 2));
        return {};
      }
      disk_.put(path, torn_ ? content.substr(0, content.size() / 2) : content);
      return {};
    });
  }
  Result<void> remove(const std::string& path) override {
    return act<void>("removing", path, [&]() -> Result<void> {
      disk_.names.erase(path);
      return {};
    });
  }
  Result<bool> exists(const std::string& path) override {
    return act<bool>("looking at", path, [&]() -> Result<bool> { return disk_.has(path); });
  }
  Result<std::vector<std::string>> list(const std::string& folder) override {
    using Names = std::vector<std::string>;
    if (std::ranges::find(disk_.folders, folder) == disk_.folders.end()) return no_folder("listing", folder);
    return act<Names>("listing", folder, [&]() -> Result<Names> {
      Names names;
      for (const auto& [path, file] : disk_.names)
        if (folder_of(path) == folder) names.push_back(name_of(path));
      return names;
    });
  }
  Result<std::unique_ptr<FileLock>> try_lock(const std::string& path) override {
    using Pointer = std::unique_ptr<FileLock>;
    if (!folder_exists(path)) return no_folder("locking", path);
    return act<Pointer>("locking", path, [&]() -> Result<Pointer> {
      const std::size_t file = disk_.has(path) ? disk_.names.at(path) : disk_.put(path, "");
      if (locks_hold && disk_.files[file].locked_by != nullptr) return Pointer();
      disk_.files[file].locked_by = this;
      return Pointer(std::make_unique<Lock>(*this, path, file));
    });
  }

 private:
  class Lock final : public FileLock {
   public:
    Lock(FakeFiles& files, std::string path, std::size_t file) : files_(files), path_(std::move(path)), file_(file) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() override { let_go(); }
    Result<void> write(std::string_view content) override {
      return files_.act<void>("writing", path_, [&]() -> Result<void> {
        files_.disk_.files[file_].content = content;
        return {};
      });
    }
    Result<bool> still_there() override {
      return files_.act<bool>("looking at", path_, [&]() -> Result<bool> { return is_named(); });
    }
    void remove_and_release() override {
      if (!files_.dead_ && held_ && is_named()) files_.disk_.names.erase(path_);
      let_go();
    }

   private:
    [[nodiscard]] bool is_named() const {
      const auto found = files_.disk_.names.find(path_);
      return found != files_.disk_.names.end() && found->second == file_;
    }
    void let_go() {
      FakeDisk::File& file = files_.disk_.files[file_];
      if (held_ && !files_.dead_ && file.locked_by == &files_) file.locked_by = nullptr;
      held_ = false;
    }
    FakeFiles& files_;
    std::string path_;
    std::size_t file_;
    bool held_ = true;
  };

  template <class T, class Effect>
  Result<T> act(const std::string& doing, const std::string& path, Effect effect) {
    if (dead_) return fail(ErrorCode::cancelled, "this process is dead");
    ++calls_;
    const bool fails = failure_.call > 0 && (calls_ == failure_.call || (failure_.for_good && calls_ > failure_.call));
    if (!fails) return effect();
    torn_ = failure_.how == How::torn;
    if (failure_.how != How::before_effect) static_cast<void>(effect());
    torn_ = false;
    if (failure_.dies) {
      die();
      if (on_death) on_death();
    }
    return fail(failure_.code, doing + " " + path + ": the disk of this test fails");
  }
  [[nodiscard]] bool folder_exists(const std::string& path) const {
    for (const std::string& folder : disk_.folders)
      if (folder == folder_of(path)) return true;
    return false;
  }
  static tl::unexpected<Error> no_folder(const std::string& doing, const std::string& path) {
    return fail(ErrorCode::precondition, doing + " " + path + ": the folder " + folder_of(path) + " does not exist",
                "make the folder");
  }

  FakeDisk& disk_;
  Failure failure_;
  int calls_ = 0;
  bool dead_ = false;
  bool torn_ = false;
};

}  // namespace changeover::testing
