import { expect } from "chai";
import { timezoneProblem } from "../../../settings/formats/timezone";

describe("time zones", () => {
  it("are known by today's names of the IANA database, and by those that ICU keeps", () => {
    for (const name of [
      ...["UTC", "Europe/Madrid", "America/Bogota", "America/Argentina/Buenos_Aires", "America/Buenos_Aires"],
      ...["Asia/Kolkata", "Asia/Calcutta", "Europe/Kyiv", "Asia/Ho_Chi_Minh", "America/Nuuk", "Pacific/Kanton"],
    ]) {
      expect(timezoneProblem(name), name).to.equal(undefined);
    }
  });

  it("are all known to Node, which reads them in n8n and LibreChat", () => {
    for (const name of ["America/Argentina/Jujuy", "America/Kentucky/Louisville", "Asia/Yangon", "Pacific/Chuuk"]) {
      expect(() => new Intl.DateTimeFormat("en", { timeZone: name }), name).not.to.throw();
    }
  });

  it("are names as they are spelled: nobody says that it took another one for UTC", () => {
    expect(timezoneProblem("europe/madrid")).to.equal(
      "is no time zone of the IANA database; did you mean Europe/Madrid?",
    );
    expect(timezoneProblem("US/Eastern")).to.contain("did you mean America/New_York?");
    for (const name of ["", "+02:00", "Madrid", "Europe/Madrid ", "Mars/Olympus"]) {
      expect(timezoneProblem(name), name).to.equal("is no time zone of the IANA database");
    }
  });
});
