/**
 * Today's names of zones that ICU, and so `Intl.supportedValuesOf`, calls as they were called before: the attribute `iana` of
 * https://github.com/unicode-org/cldr/blob/main/common/bcp47/timezone.xml
 */
const renamed = [
  "Africa/Asmara",
  ...["Buenos_Aires", "Catamarca", "Cordoba", "Jujuy", "Mendoza"].map((city) => `America/Argentina/${city}`),
  ...["America/Atikokan", "America/Indiana/Indianapolis", "America/Kentucky/Louisville", "America/Nuuk"],
  ...["Asia/Ho_Chi_Minh", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Yangon", "Atlantic/Faroe", "Europe/Kyiv"],
  ...["Pacific/Chuuk", "Pacific/Kanton", "Pacific/Pohnpei"],
];
const timezones = new Set([...Intl.supportedValuesOf("timeZone"), ...renamed, "UTC"]);

/**
 * What is wrong with the name of a time zone; `undefined` when nothing is. Names only, as they are spelled: an offset such as
 * `+02:00` knows no summer time, and an Alpine image takes what it does not know for UTC without a word.
 */
export function timezoneProblem(name: string): string | undefined {
  if (timezones.has(name)) return undefined;
  let near: string | undefined;
  try {
    // of names in another case, and of old ones: US/Eastern
    near = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    // it is none
  }
  return `is no time zone of the IANA database${near !== undefined && timezones.has(near) ? `; did you mean ${near}?` : ""}`;
}
