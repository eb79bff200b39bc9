// addons, addons:info, create, wait, attach, detach, destroy: CLI dist/commands/addons/*.js and dist/lib/addons/*.js.
#include "tests/conformance/local_heroku.h"

namespace changeover::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* source = " --app common-runtime-example";
constexpr const char* target = " --app private-spaces-example";

class AddonsOfTheCli : public LocalHeroku {
 protected:
  [[nodiscard]] std::vector<std::string> names() {
    std::vector<std::string> list;
    const json::Value addons = emulator().get("/addons");
    for (const json::Value& addon : addons.items()) list.push_back(addon["name"].as_string());
    return list;
  }
  [[nodiscard]] std::vector<std::string> attachments_of(const std::string& app) {
    std::vector<std::string> list;
    const json::Value attachments = emulator().get("/apps/" + app + "/addon-attachments");
    for (const json::Value& attachment : attachments.items()) list.push_back(attachment["name"].as_string());
    return list;
  }
};

TEST_F(AddonsOfTheCli, AreCreatedWatchedAndDescribed) {
  const Said made = heroku(std::string("addons:create heroku-postgresql:private-0 --name own-db --as OWN") + target);
  EXPECT_EQ(made.err,
            "Creating heroku-postgresql:private-0 on private-spaces-example... ~$0.417/hour (max $300/month)\n");
  EXPECT_THAT(lines_of(made.out),
              IsSupersetOf({"own-db is being created in the background. The app will restart when complete...",
                            "Run heroku addons:info own-db to check creation progress."}));
  heroku(std::string("addons:wait own-db --wait-interval 1") + target);
  EXPECT_THAT(lines_of(heroku("addons:info own-db").out),
              ElementsAre("=== own-db", "Plan: heroku-postgresql:private-0", "Price: ~$0.417/hour",
                          "Max Price: $300/month", "Attachments: private-spaces-example::OWN",
                          "Owning app: private-spaces-example", StartsWith("Installed at: "), "State: created"));
  EXPECT_THAT(lines_of(heroku(std::string("addons:info OWN") + target).out), Contains("=== own-db"));

  const Said waited =
      heroku(std::string("addons:create heroku-postgresql:private-0 --name other-db --as OTHER --wait") + target);
  EXPECT_THAT(waited.err, HasSubstr("Creating other-db... done\n"));
  EXPECT_THAT(lines_of(waited.out), Contains("Created other-db as OTHER_URL"));

  EXPECT_THAT(lines_of(heroku(std::string("addons") + target).out),
              IsSupersetOf({"heroku-postgresql (own-db) private-0 ~$0.417/hour $300/month created", "└─ as OWN"}));
  EXPECT_THAT(
      lines_of(heroku("addons --all").out),
      IsSupersetOf({"common-runtime-example looking-simply-2449 heroku-postgresql:standard-0 ~$0.069/hour "
                    "$50/month created",
                    "private-spaces-example own-db heroku-postgresql:private-0 ~$0.417/hour $300/month created"}));
}

TEST_F(AddonsOfTheCli, AreRefusedAsHerokuRefusesThem) {
  const auto refused = [&](const std::string& line, const std::string& text) {
    const Said said = heroku("addons:create " + line, 2);
    EXPECT_THAT(prose(said.err), HasSubstr(text)) << said;
  };
  // An API that answers an error: rc 2 (heroku-api.md 1.9 and 4.2).
  refused(std::string("heroku-postgresql:standard-0 --name looking-simply-2449") + source, "Error ID: invalid_params");
  refused(std::string("heroku-postgresql:private-99") + target,
          "Couldn't find either the add-on service or the add-on plan");
  refused(std::string("heroku-postgresql:private-4") + source, "Error ID: addon_error");
  refused(std::string("heroku-postgresql:essential-0") + source + " -- --follow looking-simply-2449",
          "Error ID: addon_error");
  refused(std::string("heroku-postgresql:private-4") + target + " -- --follow nothing", "Error ID: addon_error");
  EXPECT_EQ(prose(heroku("addons:info nothing", 2).err), "Error: Couldn't find that add-on. Error ID: not_found");

  // A taken attachment name is a question (423): with nobody to answer it the CLI ends with 0 and has done nothing.
  const Said asked = heroku(std::string("addons:create heroku-postgresql:standard-0 --as DATABASE") + source);
  EXPECT_THAT(prose(asked.err),
              StartsWith("Creating heroku-postgresql:standard-0 on common-runtime-example... ! Warning: "));
  EXPECT_THAT(asked.out, HasSubstr("To proceed, type"));
  EXPECT_THAT(names(), ElementsAre("looking-simply-2449"));
}

TEST_F(AddonsOfTheCli, AreAttachedAndDetached) {
  EXPECT_EQ(heroku("addons:attach looking-simply-2449 --app personal-example --as REPORTS").err,
            "Attaching looking-simply-2449 as REPORTS to personal-example... done\n"
            "Setting REPORTS config vars and restarting personal-example... done, v3\n");
  EXPECT_EQ(config_var("personal-example", "REPORTS_URL"), config_var("common-runtime-example", "DATABASE_URL"));
  // Without a name it is one of Heroku's colours.
  EXPECT_THAT(heroku("addons:attach looking-simply-2449 --app personal-example").err,
              HasSubstr("Setting HEROKU_POSTGRESQL_"));
  EXPECT_THAT(lines_of(heroku(std::string("addons") + source).out),
              IsSupersetOf({"├─ as DATABASE", "└─ as REPORTS on personal-example app"}));
  // Asked for before the attachment is made, and found empty by the CLI itself (addons/attach.js): rc 1.
  EXPECT_EQ(prose(heroku("addons:attach looking-simply-2449 --app personal-example --credential nothing", 1).err),
            "Error: Could not find credential nothing for database looking-simply-2449");
  EXPECT_THAT(heroku("addons:attach nothing --app personal-example", 2).err, HasSubstr("Error ID: not_found"));

  EXPECT_EQ(heroku("addons:detach REPORTS --app personal-example").err,
            "Detaching REPORTS to looking-simply-2449 from personal-example... done\n"
            "Unsetting REPORTS config vars and restarting personal-example... done, v5\n");
  EXPECT_EQ(config_var("personal-example", "REPORTS_URL"), "");
  EXPECT_THAT(heroku("addons:detach REPORTS --app personal-example", 2).err, HasSubstr("Error ID: not_found"));
  // heroku-api.md 2.6: the last attachment on the app that pays stays.
  EXPECT_THAT(heroku(std::string("addons:detach DATABASE") + source, 2).err, HasSubstr("Error ID: invalid_params"));
  EXPECT_THAT(attachments_of("common-runtime-example"), ElementsAre("DATABASE"));
}

TEST_F(AddonsOfTheCli, AreDestroyedWhenThatIsConfirmed) {
  heroku("addons:attach looking-simply-2449 --app personal-example --as REPORTS");
  const std::string destroy = std::string("addons:destroy looking-simply-2449") + source;
  const Said asked = heroku(destroy);
  EXPECT_THAT(prose(asked.err), HasSubstr("This command will affect the app common-runtime-example"));
  // Thrown by the CLI: rc 1 (confirm-command.js, addons/destroy.js).
  EXPECT_EQ(prose(heroku(destroy + " --confirm another", 1).err),
            "Error: Confirmation another did not match common-runtime-example. Aborted.");
  EXPECT_THAT(
      prose(heroku("addons:destroy looking-simply-2449 --app personal-example --confirm personal-example", 1).err),
      HasSubstr("is on common-runtime-example not personal-example"));
  // The API's 422 is wrapped by destroy-addon.js in an error of its own, so this is rc 1 as well.
  EXPECT_THAT(prose(heroku(destroy + " --confirm common-runtime-example", 1).err),
              AllOf(HasSubstr("The add-on was unable to be destroyed: "), Not(HasSubstr("Error ID"))));
  EXPECT_THAT(names(), ElementsAre("looking-simply-2449"));

  const Said destroyed = heroku(destroy + " --confirm common-runtime-example --force --wait");
  EXPECT_THAT(destroyed.err, AllOf(HasSubstr("Destroying looking-simply-2449 on common-runtime-example... pending"),
                                   HasSubstr("Destroying looking-simply-2449... done")));
  EXPECT_THAT(names(), ElementsAre());
  EXPECT_THAT(attachments_of("personal-example"), ElementsAre());
  EXPECT_THAT(lines_of(heroku(std::string("addons") + source).out),
              ElementsAre("No add-ons for app common-runtime-example."));
}

}  // namespace
}  // namespace changeover::testing
