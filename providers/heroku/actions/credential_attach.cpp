// credential.attach: a named credential of the copy under the name that the app knows it by. A follower's credentials
// are its leader's: the roles arrive by replication (heroku-api.md 3.8).
#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/named_attachment.h"

namespace changeover::heroku {

const ActionHandler credential_attach{Kind::credential_attach, check_named_attachment, make_named_attachment};

}  // namespace changeover::heroku
