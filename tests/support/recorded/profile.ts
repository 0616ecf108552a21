/** Settings and catalogue of a production stack, as the cost tool has them. */
export { defaultProdSettings as prodSettings, prodCatalogue } from "../../../dev/docs/profiles";
