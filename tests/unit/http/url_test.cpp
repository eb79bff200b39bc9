#include "http/url.h"

#include <gtest/gtest.h>

namespace changeover {
namespace {

TEST(Url, KnowsLoopbackFromNamesThatResembleIt) {
  for (const char* host : {"localhost", "127.0.0.1", "127.255.0.3", "::1", "[::1]"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"", "127", "127.0.0", "127.0.0.1.", "127.0.0.1.x", "128.0.0.1", "127.0.0.300", "localhost.x",
                           "xlocalhost", "::2", "127.0.0.0x1"})
    EXPECT_FALSE(is_loopback(host)) << host;
  EXPECT_EQ(host_of("https://API.heroku.com:443/apps?x#y"), "api.heroku.com");
  EXPECT_EQ(host_of("http://[::1]:8080/apps"), "::1");
  EXPECT_EQ(host_of("http://localhost:1@evil.example/"), "");
}

}  // namespace
}  // namespace changeover
