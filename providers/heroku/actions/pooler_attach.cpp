// pooler.attach: the copy's connection pool under the name that the app knows its pool by (heroku-api.md 3.9).
#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/named_attachment.h"

namespace changeover::heroku {

const ActionHandler pooler_attach{Kind::pooler_attach, check_named_attachment, make_named_attachment};

}  // namespace changeover::heroku
