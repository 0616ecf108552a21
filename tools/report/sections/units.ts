import type { Text } from "../../../services/model/types";
import { several } from "../../../services/model/text";

/** Of the prices' units, those that are not said as they are written: one and many, with a bar between them. */
const forms: Readonly<Record<string, Text>> = {
  "1,000": { en: "× 1,000", es: "× 1000" },
  "10,000": { en: "× 10,000", es: "× 10.000" },
  GB: { en: "GB", es: "GB" },
  "GB-hour": { en: "GB-hour|GB-hours", es: "hora de GB|horas de GB" },
  "GB-month": { en: "GB-month|GB-months", es: "GB al mes" },
  "DCU-hour": { en: "DCU-hour|DCU-hours", es: "hora de DCU|horas de DCU" },
  "LCU-hour": { en: "LCU-hour|LCU-hours", es: "hora de LCU|horas de LCU" },
  "vCPU-hour": { en: "vCPU-hour|vCPU-hours", es: "hora de vCPU|horas de vCPU" },
  "task-hour": { en: "task-hour|task-hours", es: "hora de tarea|horas de tarea" },
  hour: { en: "hour|hours", es: "hora|horas" },
  month: { en: "month|months", es: "mes|meses" },
  million: { en: "million", es: "millón|millones" },
  "alarm-month": { en: "alarm|alarms", es: "alarma|alarmas" },
  "dashboard-month": { en: "dashboard|dashboards", es: "panel|paneles" },
  "key-month": { en: "key|keys", es: "clave|claves" },
  "metric-month": { en: "metric|metrics", es: "métrica|métricas" },
  "rule-month": { en: "rule|rules", es: "regla|reglas" },
  "secret-month": { en: "secret|secrets", es: "secreto|secretos" },
};

/** `730 hours`. */
export const quantityOf = (n: number, unit: string): Text => several(n, forms[unit] ?? { en: unit, es: unit });
