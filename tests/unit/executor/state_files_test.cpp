// The contract of Files, for the machine's disk and for the fake; then what only a real disk has.
#include "executor/state/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/support/fake_files.h"
#include "tests/support/temporary_folder.h"

namespace changeover {
namespace {

using testing::FakeDisk;
using testing::FakeFiles;
using testing::TemporaryFolder;

/// A folder, and two processes' views of it.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual std::string folder() = 0;
  virtual Files& one() = 0;
  virtual Files& two() = 0;
};

class RealDisk final : public Disk {
 public:
  std::string folder() override { return folder_.path(); }
  Files& one() override { return one_; }
  Files& two() override { return two_; }

 private:
  TemporaryFolder folder_;
  SystemFiles one_;
  SystemFiles two_;
};

class FakedDisk final : public Disk {
 public:
  std::string folder() override { return "/state"; }
  Files& one() override { return one_; }
  Files& two() override { return two_; }

 private:
  FakeDisk disk_;
  FakeFiles one_{disk_};
  FakeFiles two_{disk_};
};

class FilesContract : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      disk_ = std::make_unique<RealDisk>();
    } else {
      disk_ = std::make_unique<FakedDisk>();
    }
  }
  [[nodiscard]] std::string at(const std::string& name) const { return disk_->folder() + "/" + name; }
  [[nodiscard]] Files& one() const { return disk_->one(); }
  [[nodiscard]] Files& two() const { return disk_->two(); }

 private:
  std::unique_ptr<Disk> disk_;
};

TEST_P(FilesContract, AMissingFileIsNoError) {
  const auto text = one().read(at("a"));
  ASSERT_TRUE(text);
  EXPECT_FALSE(*text);
  EXPECT_FALSE(*one().exists(at("a")));
  EXPECT_TRUE(one().remove(at("a")));
}

TEST_P(FilesContract, WritesReplacesAndRemoves) {
  ASSERT_TRUE(one().write_durably(at("a"), "first, and longer"));
  ASSERT_TRUE(one().write_durably(at("a"), "second"));
  EXPECT_EQ(two().read(at("a"))->value(), "second");
  EXPECT_TRUE(*two().exists(at("a")));
  EXPECT_EQ(*one().list(at("a").substr(0, at("a").size() - 2)), std::vector<std::string>{"a"});
  ASSERT_TRUE(two().remove(at("a")));
  EXPECT_FALSE(*one().exists(at("a")));
}

TEST_P(FilesContract, AMissingFolderIsNamed) {
  const Result<void> written = one().write_durably(at("no/such/file"), "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::precondition);
  EXPECT_NE(written.error().what.find("/no/such does not exist"), std::string::npos) << written.error().what;
  EXPECT_EQ(one().try_lock(at("no/such/lock")).error().code, ErrorCode::precondition);
  EXPECT_EQ(one().resolve(at("no/such/file")).error().code, ErrorCode::precondition);
}

TEST_P(FilesContract, ALockKeepsEverybodyElseOut) {
  auto lock = one().try_lock(at("lock"));
  ASSERT_TRUE(lock && *lock);
  ASSERT_TRUE((*lock)->write("it is me, for a while"));
  ASSERT_TRUE((*lock)->write("it is me"));
  EXPECT_EQ(*two().try_lock(at("lock")), nullptr);
  EXPECT_EQ(*one().try_lock(at("lock")), nullptr);
  EXPECT_EQ(two().read(at("lock"))->value(), "it is me");
  EXPECT_TRUE(*(*lock)->still_there());
  (*lock)->remove_and_release();
  EXPECT_FALSE(*one().exists(at("lock")));
  EXPECT_NE(*two().try_lock(at("lock")), nullptr);
}

TEST_P(FilesContract, ADroppedLockLeavesItsFileFree) {
  auto lock = one().try_lock(at("lock"));
  ASSERT_TRUE(lock && *lock);
  lock->reset();
  EXPECT_TRUE(*one().exists(at("lock")));
  EXPECT_NE(*two().try_lock(at("lock")), nullptr);
}

TEST_P(FilesContract, ALockWhoseFileWasRemovedKnowsIt) {
  auto old = one().try_lock(at("lock"));
  ASSERT_TRUE(old && *old);
  ASSERT_TRUE(two().remove(at("lock")));
  EXPECT_FALSE(*(*old)->still_there());
  auto fresh = two().try_lock(at("lock"));
  ASSERT_TRUE(fresh && *fresh);
  EXPECT_FALSE(*(*old)->still_there());
  (*old)->remove_and_release();
  EXPECT_TRUE(*(*fresh)->still_there()) << "the old lock removed the file of the new one";
}

INSTANTIATE_TEST_SUITE_P(Disks, FilesContract, ::testing::Bool(),
                         [](const auto& one) { return one.param ? "system" : "fake"; });

TEST(Leftovers, AreKnownByTheirWholeName) {
  EXPECT_TRUE(is_leftover_of("a.json.changeover-12-0.tmp", "a.json"));
  for (const char* name : {"a.json", "a.json.tmp", "a.json.changeover-.tmp", "a.json.changeover-x.tmp",
                           "b.json.changeover-1-0.tmp", "a.json.changeover-1-0.tmp.bak", "a.json.changeover-1-0"})
    EXPECT_FALSE(is_leftover_of(name, "a.json")) << name;
}

TEST(Paths, SplitIntoFolderAndName) {
  EXPECT_EQ(folder_of("/a/b"), "/a");
  EXPECT_EQ(folder_of("/b"), "/");
  EXPECT_EQ(folder_of("b"), ".");
  EXPECT_EQ(name_of("/a/b"), "b");
  EXPECT_EQ(name_of("b"), "b");
}

class SystemFilesTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string at(const std::string& name) const { return folder.path() + "/" + name; }
  TemporaryFolder folder;
  SystemFiles files;
};

TEST_F(SystemFilesTest, FilesArePrivate) {
  const mode_t before = ::umask(0);
  ASSERT_TRUE(files.write_durably(at("plan.json"), "x"));
  auto lock = files.try_lock(at("lock"));
  ::umask(before);
  for (const char* name : {"plan.json", "lock"}) {
    struct stat found{};
    ASSERT_EQ(::stat(at(name).c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U) << name;
  }
}

TEST_F(SystemFilesTest, FollowsALinkToTheStateInsteadOfReplacingIt) {
  ASSERT_TRUE(files.write_durably(at("real.json"), "old"));
  std::filesystem::create_symlink("real.json", at("link.json"));
  EXPECT_EQ(*files.resolve(at("link.json")), *files.resolve(at("real.json")));
  ASSERT_TRUE(files.write_durably(at("link.json"), "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(at("link.json")));
  EXPECT_EQ(files.read(at("real.json"))->value(), "new");
  std::filesystem::create_symlink("nowhere", at("dangling"));
  EXPECT_EQ(files.resolve(at("dangling")).error().code, ErrorCode::precondition);
}

TEST_F(SystemFilesTest, NeverLocksThroughALink) {
  std::filesystem::create_symlink("victim", at("lock"));
  EXPECT_FALSE(files.try_lock(at("lock")));
  EXPECT_FALSE(*files.exists(at("victim")));
}

TEST_F(SystemFilesTest, RefusesAFolderAndAPipe) {
  EXPECT_NE(files.read(folder.path()).error().what.find("it is a folder"), std::string::npos);
  const Result<void> written = files.write_durably(folder.path() + "/.", "x");
  EXPECT_FALSE(written);
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  EXPECT_NE(files.read(at("pipe")).error().what.find("no ordinary file"), std::string::npos);
}

TEST_F(SystemFilesTest, AFullDiskKeepsTheOldContentAndLeavesNothing) {
  ASSERT_TRUE(files.write_durably(at("state"), "old"));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1024, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Result<void> written = files.write_durably(at("state"), std::string(4096, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, ignored);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::unavailable);
  EXPECT_NE(written.error().what.find("no space is left"), std::string::npos) << written.error().what;
  EXPECT_EQ(files.read(at("state"))->value(), "old");
  EXPECT_EQ(files.list(folder.path())->size(), 1U);
}

/// Root may write anywhere, so the test becomes somebody else for a moment.
class Nobody {
 public:
  Nobody() : changed_(::geteuid() == 0 && ::seteuid(65534) == 0) {}
  Nobody(const Nobody&) = delete;
  Nobody& operator=(const Nobody&) = delete;
  ~Nobody() {
    if (changed_ && ::seteuid(0) != 0) std::abort();
  }

 private:
  bool changed_;
};

TEST_F(SystemFilesTest, AReadOnlyFolderIsNamed) {
  ASSERT_TRUE(files.write_durably(at("state"), "old"));
  ASSERT_EQ(::chmod(folder.path().c_str(), 0555), 0);
  Error write_error;
  Error lock_error;
  {
    const Nobody nobody;
    if (Result<void> written = files.write_durably(at("state"), "new"); !written) write_error = written.error();
    if (auto lock = files.try_lock(at("lock")); !lock) lock_error = lock.error();
  }
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  EXPECT_EQ(write_error.code, ErrorCode::unauthorized);
  EXPECT_NE(write_error.what.find("/state: this user may not"), std::string::npos) << write_error.what;
  EXPECT_EQ(lock_error.code, ErrorCode::unauthorized);
  EXPECT_EQ(files.read(at("state"))->value(), "old");
}

TEST_F(SystemFilesTest, ALeftoverOfTheSameNameIsNoObstacle) {
  const std::string leftover = at("state") + ".changeover-" + std::to_string(::getpid()) + "-0.tmp";
  std::ofstream(leftover) << "half";
  ASSERT_TRUE(files.write_durably(at("state"), "whole"));
  EXPECT_EQ(files.read(at("state"))->value(), "whole");
  EXPECT_EQ(files.read(leftover)->value(), "half");
}

}  // namespace
}  // namespace changeover
