// spaces, spaces:info: CLI dist/commands/spaces/index.js and info.js.
#include "tests/conformance/local_heroku.h"

namespace changeover::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

class SpacesOfTheCli : public LocalHeroku {};

TEST_F(SpacesOfTheCli, AreListedAndDescribed) {
  EXPECT_THAT(lines_of(heroku("spaces").out),
              IsSupersetOf({StartsWith("example-space example-team virginia allocated cedar 20"),
                            StartsWith("fir-space example-team dublin allocated fir 20")}));
  EXPECT_THAT(heroku("spaces --team example-team").out, HasSubstr("example-space"));
  EXPECT_EQ(prose(heroku("spaces --team nobody", 2).err), "Error: No spaces in nobody.");
  EXPECT_THAT(lines_of(heroku("spaces:info example-space").out),
              IsSupersetOf({"=== example-space", "Team: example-team", "Region: Virginia, United States",
                            "CIDR: 10.0.0.0/16", "Data CIDR: 10.2.0.0/16", "State: allocated", "Shield: off",
                            "Outbound IPs: 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4", "Generation: cedar"}));
  EXPECT_THAT(lines_of(heroku("spaces:info --space fir-space").out), Contains("Generation: fir"));
  const auto space = json::parse(heroku("spaces:info example-space --json").out);
  ASSERT_TRUE(space);
  EXPECT_EQ((*space)["outbound_ips"]["state"].as_string(), "enabled");
  EXPECT_EQ(prose(heroku("spaces:info nothing", 2).err), "Error: Couldn't find that space. Error ID: not_found");
}

}  // namespace
}  // namespace changeover::testing
