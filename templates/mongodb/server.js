// `server`, logged in as the user that may do everything; before a script of mongosh. Environment as in setup.js.
const env = process.env;
const quoted = encodeURIComponent;
const options = ["authSource=admin", "retryWrites=false", "serverSelectionTimeoutMS=20000"];
if (env.MONGODB_TLS_CA_FILE) options.push("tls=true", `tlsCAFile=${quoted(env.MONGODB_TLS_CA_FILE)}`);
const login = `${quoted(env.MONGODB_ROOT_USER)}:${quoted(env.MONGODB_ROOT_PASSWORD)}`;
const server = new Mongo(`mongodb://${login}@${env.MONGODB_HOST}:${env.MONGODB_PORT}/admin?${options.join("&")}`);
