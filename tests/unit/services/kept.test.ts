import { expect } from "chai";
import { keptFor } from "../../../services/model/kept";
import { sandboxCatalogue } from "../../support/fixtures";

describe("how long files are kept", () => {
  it("no longer than minutes where a name stays with a new version", () => {
    const desk = sandboxCatalogue().services.find((s) => s.route?.host === "desk")?.route;
    if (desk === undefined) expect.fail("no desk");
    // the only file there, on the pages of customers' customers (chatwoot: vite.lib.config.ts)
    expect(keptFor("/packs/js/sdk.js", desk)).to.equal("briefly");
    expect(keptFor("/vite/assets/widget-BhY2c3d4.js", desk)).to.equal("long");
    expect(keptFor("/api/v1/profile", desk)).to.equal("no");
  });

  it("as the longest prefix says, and briefly in doubt", () => {
    const route = { cached: ["/a/", "/b/hashed/"], cachedBriefly: ["/a/", "/b/"] };
    expect(keptFor("/a/x", route)).to.equal("briefly");
    expect(keptFor("/b/x", route)).to.equal("briefly");
    expect(keptFor("/b/hashed/x", route)).to.equal("long");
    expect(keptFor("/c", route)).to.equal("no");
    expect(keptFor("/c", {})).to.equal("no");
  });
});
