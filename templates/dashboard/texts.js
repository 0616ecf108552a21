/** Every text of the page, by language. The HTML itself carries the English ones, for browsers without JavaScript. */
export const texts = {
  en: {
    heading: "AI-augmented customer service",
    lead: "Answer customers, automate the routine, ask language models and study your data, all in one place.",
    brand: "AI ecosystem",
    skip: "Skip to content",
    language: "Language",
    apps: "Applications",
    services: "Services",
    help: "Good to know",
    credentialsTitle: "Signing in",
    credentials:
      "Each application has accounts of its own: ask whoever installed the stack for yours. The administrators' were made then, and are read with:",
    troubleTitle: "If something fails",
    trouble: "On the host, this finds the usual causes and says what to do:",
    alarms: "In the project's folder, this lists the alarms that are on; docs/runbooks has a page for each:",
    release: "Release",
    updated: "Checked at",
    waiting: "Health not checked yet.",
    noServices: "The list of services could not be read. The links below are the usual ones.",
    roles: { proxy: "Proxy", web: "Application", worker: "Worker", store: "Data store" },
    verdicts: {
      healthy: "Healthy",
      unchecked: "Running, no check",
      starting: "Starting",
      degraded: "Degraded",
      unhealthy: "Not healthy",
      stopped: "Stopped",
      down: "Down",
      off: "Switched off",
      unknown: "Unknown",
    },
    counts: (ready, wanted) => `(${ready} of ${wanted})`,
    updates: { running: "being updated", failing: "update is failing" },
    summary: {
      healthy: (n) => (n === 1 ? "The only service is healthy." : `All ${n} services are healthy.`),
      attention: (n, names) =>
        n === 1 ? `One service needs attention: ${names}.` : `${n} services need attention: ${names}.`,
      degraded: (n, names) =>
        n === 1
          ? `One service runs with less than it should: ${names}.`
          : `${n} services run with less than they should: ${names}.`,
      off: (n, names) =>
        n === 1 ? `One service is switched off: ${names}.` : `${n} services are switched off: ${names}.`,
      starting: (n, names) =>
        n === 1 ? `One service is starting: ${names}.` : `${n} services are starting: ${names}.`,
      unknown: (n, names) =>
        n === 1 ? `The state of one service is unknown: ${names}.` : `The state of ${n} services is unknown: ${names}.`,
      unchecked: (n, names) =>
        n === 1
          ? `One service runs without a health check: ${names}.`
          : `${n} services run without a health check: ${names}.`,
      missing: () => "Health is unknown: its report cannot be read.",
      stale: (time) => `Health is unknown: the last report is old (${time}).`,
    },
    backup: {
      none: () => "There is no backup yet.",
      failed: (time) => `The last backup (${time}) could not be restored on trial.`,
      old: (time) => `The last backup is old (${time}).`,
      proved: (time) => `Last backup: ${time}, restored on trial.`,
      made: (time) => `Last backup: ${time}, not tried yet.`,
      away: (time) => `Outside the host: ${time}.`,
    },
  },
  es: {
    heading: "Atención al cliente aumentada por IA",
    lead: "Responder a los clientes, automatizar lo repetitivo, consultar modelos de lenguaje y estudiar los datos, todo en un mismo lugar.",
    brand: "Ecosistema de IA",
    skip: "Saltar al contenido",
    language: "Idioma",
    apps: "Aplicaciones",
    services: "Servicios",
    help: "Conviene saber",
    credentialsTitle: "Cómo entrar",
    credentials:
      "Cada aplicación tiene sus propias cuentas: pida la suya a quien instaló el sistema. Las de administración se crearon entonces, y se consultan con:",
    troubleTitle: "Si algo falla",
    trouble: "En el servidor, esta orden busca las causas habituales y dice qué hacer:",
    alarms:
      "En la carpeta del proyecto, esto muestra las alarmas activas; docs/runbooks tiene una página para cada una:",
    release: "Versión",
    updated: "Comprobado a las",
    waiting: "Estado aún sin comprobar.",
    noServices: "No se pudo leer la lista de servicios. Los enlaces de abajo son los habituales.",
    roles: { proxy: "Proxy", web: "Aplicación", worker: "Proceso", store: "Almacén de datos" },
    verdicts: {
      healthy: "Correcto",
      unchecked: "Activo, sin comprobar",
      starting: "Arrancando",
      degraded: "Degradado",
      unhealthy: "Con fallos",
      stopped: "Detenido",
      down: "Caído",
      off: "Apagado",
      unknown: "Desconocido",
    },
    counts: (ready, wanted) => `(${ready} de ${wanted})`,
    updates: { running: "actualizándose", failing: "la actualización falla" },
    summary: {
      healthy: (n) =>
        n === 1 ? "El único servicio funciona correctamente." : `Los ${n} servicios funcionan correctamente.`,
      attention: (n, names) =>
        n === 1 ? `Un servicio necesita atención: ${names}.` : `${n} servicios necesitan atención: ${names}.`,
      degraded: (n, names) =>
        n === 1
          ? `Un servicio funciona con menos de lo debido: ${names}.`
          : `${n} servicios funcionan con menos de lo debido: ${names}.`,
      off: (n, names) => (n === 1 ? `Un servicio está apagado: ${names}.` : `${n} servicios están apagados: ${names}.`),
      starting: (n, names) =>
        n === 1 ? `Un servicio está arrancando: ${names}.` : `${n} servicios están arrancando: ${names}.`,
      unknown: (n, names) =>
        n === 1
          ? `Se desconoce el estado de un servicio: ${names}.`
          : `Se desconoce el estado de ${n} servicios: ${names}.`,
      unchecked: (n, names) =>
        n === 1
          ? `Un servicio está activo sin comprobación: ${names}.`
          : `${n} servicios están activos sin comprobación: ${names}.`,
      missing: () => "Estado desconocido: no se puede leer el informe.",
      stale: (time) => `Estado desconocido: el último informe es antiguo (${time}).`,
    },
    backup: {
      none: () => "Todavía no hay ninguna copia de seguridad.",
      failed: (time) => `La última copia de seguridad (${time}) no se pudo restaurar en la prueba.`,
      old: (time) => `La última copia de seguridad es antigua (${time}).`,
      proved: (time) => `Última copia de seguridad: ${time}, restaurada como prueba.`,
      made: (time) => `Última copia de seguridad: ${time}, aún sin probar.`,
      away: (time) => `Fuera del servidor: ${time}.`,
    },
  },
};
