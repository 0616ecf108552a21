// Users of MongoDB. Runs again at every start: mongosh --quiet --nodb setup.js
// Environment: MONGODB_HOST, MONGODB_ROOT_PASSWORD, LIBRECHAT_DB_PASSWORD, DATA_BRIDGE_MONGODB_PASSWORD; optional
// MONGODB_PORT, MONGODB_ROOT_USER, MONGODB_TLS_CA_FILE. All users live in `admin`: DocumentDB has no other place.
const DATABASE = "librechat";
const READABLE = ["conversations", "messages"];
const READER_ROLE = "data_bridge_reader";

// CommandNotFound, CommandNotSupported, NotImplemented and their kin in servers that speak MongoDB's protocol.
const UNSUPPORTED = [59, 115, 238, 303, 304];

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

function connectAsRoot() {
  const user = encodeURIComponent(process.env.MONGODB_ROOT_USER || "root");
  const password = encodeURIComponent(required("MONGODB_ROOT_PASSWORD"));
  const port = process.env.MONGODB_PORT || "27017";
  const options = ["authSource=admin", "retryWrites=false", "serverSelectionTimeoutMS=20000", "appName=mongodb-setup"];
  const ca = process.env.MONGODB_TLS_CA_FILE;
  if (ca) options.push("tls=true", `tlsCAFile=${encodeURIComponent(ca)}`);
  const uri = `mongodb://${user}:${password}@${required("MONGODB_HOST")}:${port}/admin?${options.join("&")}`;
  return new Mongo(uri).getDB("admin");
}

function run(admin, command) {
  const answer = admin.runCommand(command);
  if (!answer.ok) throw Object.assign(new Error(answer.errmsg), { code: answer.code });
  return answer;
}

/** Creates the user, or gives it the password and the roles of today. */
function ensureUser(admin, name, password, roles) {
  const exists = run(admin, { usersInfo: { user: name, db: "admin" } }).users.length > 0;
  run(admin, { [exists ? "updateUser" : "createUser"]: name, pwd: password, roles });
}

/** True when it was done, false when the server does not know what was asked for. */
function supported(attempt) {
  try {
    attempt();
    return true;
  } catch (error) {
    if (UNSUPPORTED.includes(error.code)) return false;
    throw error;
  }
}

function ensureReaderRole(admin) {
  const privileges = READABLE.map((collection) => ({ resource: { db: DATABASE, collection }, actions: ["find"] }));
  const exists = run(admin, { rolesInfo: { role: READER_ROLE, db: "admin" } }).roles.length > 0;
  run(admin, { [exists ? "updateRole" : "createRole"]: READER_ROLE, privileges, roles: [] });
}

function ensureLibreChat(admin, password) {
  if (supported(() => ensureUser(admin, "librechat", password, [{ role: "readWrite", db: DATABASE }]))) return;
  // No roles at all: LibreChat must be able to log in. (On a server that has roles, a user without one can read nothing.)
  ensureUser(admin, "librechat", password, []);
  print("warning: this server has no roles; it does not confine LibreChat to its database");
}

function ensureDataBridge(admin, password) {
  if (supported(() => ensureReaderRole(admin))) {
    ensureUser(admin, "data_bridge", password, [{ role: READER_ROLE, db: "admin" }]);
    return;
  }
  // The built-in role `read` would show users, keys, sessions and tokens: rather no access than that.
  if (run(admin, { usersInfo: { user: "data_bridge", db: "admin" } }).users.length > 0) {
    run(admin, { dropUser: "data_bridge" });
  }
  print("warning: this server has no custom roles; the data bridge gets no MongoDB user");
}

const passwords = [required("LIBRECHAT_DB_PASSWORD"), required("DATA_BRIDGE_MONGODB_PASSWORD")];
const admin = connectAsRoot();
ensureLibreChat(admin, passwords[0]);
ensureDataBridge(admin, passwords[1]);
