import type { Life } from "./life";

/** What the stores hold, asked in their containers. */
export class Stores {
  constructor(readonly life: () => Life) {}

  inside(service: string, command: string, input = ""): string {
    const id = this.life().host.containers().get(service)?.id ?? "";
    return this.life().host.succeed(`docker exec -i ${id} sh -c '${command}'`, input).trim();
  }

  /** Statements on Chatwoot's database, as the superuser. */
  sql(statement: string): string {
    return this.inside(
      "postgres",
      "PGPASSWORD=$POSTGRES_PASSWORD psql -U postgres -d chatwoot_production -AtXq -f -",
      statement,
    );
  }

  /** Prints an expression of mongosh, with LibreChat's `messages` there. */
  mongo(expression: string): string {
    return this.inside(
      "mongodb",
      "cat >/tmp/test.js; mongosh --quiet --nodb --file /tmp/test.js; rm /tmp/test.js",
      `const user = encodeURIComponent(process.env.MONGO_INITDB_ROOT_USERNAME);
       const password = encodeURIComponent(process.env.MONGO_INITDB_ROOT_PASSWORD);
       const messages = new Mongo(\`mongodb://\${user}:\${password}@127.0.0.1:27017/?authSource=admin\`)
         .getDB("librechat").getCollection("messages");
       print(${expression});`,
    );
  }

  /** Leaves an account of that name and a message of that text. */
  mark(text: string): void {
    this.sql(`INSERT INTO accounts (name, created_at, updated_at) VALUES ('${text}', now(), now())`);
    this.mongo(`messages.insertOne({ text: "${text}" }).acknowledged`);
  }

  /** Accounts and messages of that name and text. */
  marked(text: string): { readonly accounts: number; readonly messages: number } {
    return {
      accounts: Number(this.sql(`SELECT count(*) FROM accounts WHERE name = '${text}'`)),
      messages: Number(this.mongo(`messages.countDocuments({ text: "${text}" })`)),
    };
  }
}
