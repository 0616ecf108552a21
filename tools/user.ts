import { awsClients } from "../components/fargate/diagnosis";
import { taskCommand, tasksOf } from "./stack/task-command";
import { fulfil } from "./user/change";
import { wishOf } from "./user/request";

if (require.main === module) {
  taskCommand(async (command) => {
    const wish = wishOf(command.words);
    const tasks = tasksOf(command.stack, "userTasks", "tasks for people", "ecosystem user");
    command.cluster = tasks.applications[0]?.cluster ?? "";
    const print = (line: string): void => {
      console.log(line);
    };
    return (await fulfil(awsClients(tasks.region), tasks, wish, print, command.options)) ? 0 : 1;
  });
}
