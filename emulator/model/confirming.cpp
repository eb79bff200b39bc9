#include "emulator/model/confirming.h"

namespace changeover::emulator {

std::optional<Response> unless_confirmed(const Control& control, Verdict verdict, const App& app,
                                         const std::string& confirm, const std::string& message) {
  if (verdict == Verdict::allow) return std::nullopt;
  if (verdict == Verdict::refuse) return invalid_params(message);
  if (confirm == app.name) return std::nullopt;
  if (!confirm.empty() && control.switches.wrong_confirm == Verdict::refuse)
    return invalid_params("confirm must be " + app.name + ". " + message);
  Response response = confirmation_required(app.name, message);
  response.status = control.switches.confirmation_status;
  return response;
}

std::optional<Response> last_billing_refusal(const Control& control, const Attachment& attachment,
                                             const std::string& instead) {
  if (control.switches.last_billing == Verdict::allow || !Attachments::is_last_billing(attachment)) return std::nullopt;
  return invalid_params(attachment.name + " is the last attachment of " + attachment.addon->name +
                        " on the app it is billed to. " + instead);
}

std::optional<Response> replace_refusal(const Control& control, const Attachment& taken, const AddOn* addon,
                                        const std::string& confirm) {
  const App& app = *taken.app;
  if (auto refusal = unless_confirmed(
          control, control.switches.name_taken, app, confirm,
          "App " + app.name + " already has an attachment named " + taken.name + ". Confirming replaces it."))
    return refusal;
  // Another namespace of the same add-on leaves the billing app with an attachment.
  if (taken.addon == addon) return std::nullopt;
  return last_billing_refusal(control, taken, "Attach it under another name first.");
}

}  // namespace changeover::emulator
