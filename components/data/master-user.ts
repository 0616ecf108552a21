/** Of the managed stores; no superuser, but may make roles, databases and extensions. AWS keeps its password. */
export const masterUser = "ecosystem";
