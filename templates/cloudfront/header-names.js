// What may a visitor's headers say to the applications?
// The load balancer drops names with other characters than letters, digits and hyphens, and an API may be documented
// with `api_access_token`: an underscore goes on as a hyphen, which Rack reads as the same. A visitor could send that
// spelling himself, so nothing is won by it; but no name becomes one by which CloudFront, the load balancer or HTTP
// itself speak, and those by which somebody could feign a proxy end here, in every spelling.
const reserved = JSON.parse("@@RESERVED@@");
const ending = JSON.parse("@@ENDING@@");

function handler(event) {
  const headers = event.request.headers;
  ending.forEach((name) => {
    delete headers[name];
  });
  Object.keys(headers).forEach((name) => {
    if (!/^[a-z0-9_-]*_[a-z0-9_-]*$/.test(name)) return;
    const plain = name.replace(/_/g, "-");
    const free = !headers[plain] && !reserved.some((beginning) => plain.startsWith(beginning));
    if (free) headers[plain] = headers[name];
    delete headers[name];
  });
  return event.request;
}
