// CloudFront chooses a headers policy by path alone. Here the pages of those hosts that nobody may frame get
// the header that the policy of the shared path leaves out.
const framable = JSON.parse("@@FRAMABLE@@");

function handler(event) {
  const request = event.request;
  const headers = event.response.headers;
  const host = request.headers.host ? request.headers.host.value : "";
  const open = (framable[host] || []).some((prefix) => request.uri.startsWith(prefix));
  if (!open && !headers["x-frame-options"]) headers["x-frame-options"] = { value: "SAMEORIGIN" };
  return event.response;
}
