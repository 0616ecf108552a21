// Users of MongoDB. Runs again at every start: mongosh --quiet --nodb setup.js
// Environment: MONGODB_HOST, MONGODB_ROOT_PASSWORD; MONGODB_USERS, a list of {"name", "database", "password": the variable
// that has it, "reads": collections, of whoever owns no database but reads these of another's}; optional MONGODB_PORT,
// MONGODB_ROOT_USER, MONGODB_TLS_CA_FILE. All users live in `admin`: DocumentDB has no other place.

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

const readerRole = ({ name }) => `${name}_reader`;

function ensureReaderRole(admin, user) {
  const role = readerRole(user);
  const privileges = user.reads.map((collection) => ({
    resource: { db: user.database, collection },
    actions: ["find"],
  }));
  const exists = run(admin, { rolesInfo: { role, db: "admin" } }).roles.length > 0;
  run(admin, { [exists ? "updateRole" : "createRole"]: role, privileges, roles: [] });
}

function ensureOwner(admin, { name, database, password }) {
  if (supported(() => ensureUser(admin, name, password, [{ role: "readWrite", db: database }]))) return;
  // No roles at all: its application must be able to log in. (On a server that has roles, a user without one can read nothing.)
  ensureUser(admin, name, password, []);
  print(`warning: this server has no roles; it does not confine ${name} to its database`);
}

function ensureReader(admin, user) {
  const { name, password } = user;
  if (supported(() => ensureReaderRole(admin, user))) {
    ensureUser(admin, name, password, [{ role: readerRole(user), db: "admin" }]);
    return;
  }
  // The built-in role `read` would show users, keys, sessions and tokens: rather no access than that.
  if (run(admin, { usersInfo: { user: name, db: "admin" } }).users.length > 0) run(admin, { dropUser: name });
  print(`warning: this server has no custom roles; ${name} gets no MongoDB user`);
}

const users = JSON.parse(required("MONGODB_USERS")).map((user) => ({ ...user, password: required(user.password) }));
const admin = connectAsRoot();
for (const user of users) (user.reads ? ensureReader : ensureOwner)(admin, user);
