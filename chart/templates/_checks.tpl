{{/*
All checks that need more than one value; the schema sees to the rest. Each fails with a sentence. The deadline
ladder's are with its arithmetic. Argument: the root context.
*/}}
{{- define "migrator.checks" -}}
{{- include "migrator.checks.parts" . -}}
{{- include "migrator.checks.database" . -}}
{{- include "migrator.checks.keys" . -}}
{{- include "migrator.checks.migration" . -}}
{{- if .Values.app.enabled -}}
{{- include "migrator.checks.app" . -}}
{{- end -}}
{{- end -}}

{{/* Which parts are rendered. */}}
{{- define "migrator.checks.parts" -}}
{{- if and (has .Values.phase (list "migrate" "rollback")) (not .Values.migration.enabled) -}}
{{- fail (printf "phase is %s, but migration.enabled is false: there is nothing to render." .Values.phase) -}}
{{- end -}}
{{- $rollback := .Values.migration.rollback -}}
{{- if and $rollback.enabled (not .Values.migration.enabled) -}}
{{- fail "migration.rollback.enabled is true, but migration.enabled is false: whoever migrates has to undo." -}}
{{- end -}}
{{- if and $rollback.enabled (eq .Values.migration.mode "job") (eq $rollback.hook "pre-rollback") -}}
{{- fail "migration.rollback.hook is pre-rollback, but migration.mode is job: what the Job needs is part of the release then, and is the newer one's until helm has gone back. Use post-rollback." -}}
{{- end -}}
{{- if and (eq .Values.phase "deploy") (not .Values.app.enabled) -}}
{{- fail "phase is deploy, but app.enabled is false: there is nothing to render." -}}
{{- end -}}
{{- if and .Values.app.enabled .Values.migration.enabled (eq .Values.phase "all") (eq .Values.migration.mode "job") (not .Values.gate.enabled) -}}
{{- fail "migration.mode is job, but gate.enabled is false: the gate alone keeps the order in this mode." -}}
{{- end -}}
{{- end -}}

{{- define "migrator.checks.database" -}}
{{- $database := .Values.database -}}
{{- if and $database.existingSecret $database.url -}}
{{- fail "database.existingSecret and database.url are both set: only one can hold the connection." -}}
{{- end -}}
{{- $keys := $database.keys | default dict -}}
{{- if and $database.url (not $keys.url) -}}
{{- fail "database.url is set, but database.keys.url is empty: nobody would read it." -}}
{{- end -}}
{{- if $database.existingSecret -}}
{{- range $field := list "host" "port" "name" "user" -}}
{{- if and (get $database $field) (get $keys $field) -}}
{{- fail (printf "database.%s and database.keys.%s are both set: only one can say it." $field $field) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $database.rootCertificate.configMap $database.rootCertificate.secret -}}
{{- fail "database.rootCertificate.configMap and database.rootCertificate.secret are both set: only one can hold the certificate." -}}
{{- end -}}
{{- if .Values.migration.enabled -}}
{{- $migration := .Values.migration -}}
{{- $known := or $database.existingSecret $database.url $database.host $migration.database.existingSecret -}}
{{- if not (or $known $migration.env $migration.envFrom) -}}
{{- fail "no database is set: name a Secret in database.existingSecret (key url), or for a trial database.url." -}}
{{- end -}}
{{- end -}}
{{- if and (include "migrator.app.isRendered" .) .Values.gate.enabled -}}
{{- $gate := .Values.gate -}}
{{- $known := or $database.existingSecret $database.url $database.host $gate.database.existingSecret -}}
{{- if not (or $known $gate.env $gate.envFrom) -}}
{{- fail "gate.enabled is true, but nothing says where it finds the database, so no pod would ever start: name a Secret in gate.database.existingSecret or database.existingSecret." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A Secret of which no key is read would leave its reader without a connection. Argument: the root context. */}}
{{- define "migrator.checks.keys" -}}
{{- $database := .Values.database -}}
{{- range $component := list "migration" "gate" -}}
{{- $own := (get $.Values $component).database -}}
{{- if and (get $.Values $component).enabled (or $own.existingSecret $database.existingSecret) -}}
{{- if not (mergeOverwrite dict ($database.keys | default dict) ($own.keys | default dict) | values | join "") -}}
{{- $name := $own.existingSecret | empty | ternary "database" (printf "%s.database" $component) -}}
{{- fail (printf "%s.existingSecret is set, but all of database.keys and %s.database.keys are empty: nobody would read it." $name $component) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "migrator.checks.migration" -}}
{{- $migration := .Values.migration -}}
{{- if and $migration.scripts.configMap $migration.scripts.inline -}}
{{- fail "migration.scripts.configMap and migration.scripts.inline are both set: scripts come from one place." -}}
{{- end -}}
{{- if and (include "migrator.migrate.mountsScripts" .) (not $migration.dir) -}}
{{- fail "migration.dir is empty, but migration.scripts are set: they need a folder to be mounted at." -}}
{{- end -}}
{{- if and (or $migration.image.tag $migration.image.digest) (not $migration.image.repository) -}}
{{- fail "migration.image.tag or migration.image.digest is set, but migration.image.repository is empty: the application's image would run, and another one is meant." -}}
{{- end -}}
{{- if $migration.enabled -}}
{{- $_ := include "migrator.deadlines" . -}}
{{- if and .Values.serviceAccount.create (not $migration.serviceAccount.name) (eq (include "migrator.app.serviceAccount" .) (include "migrator.migration.name" .)) -}}
{{- fail (printf "serviceAccount.name is %s, which is the Job's copy of it: a hook that is deleted and made anew, while the application's pods use it." .Values.serviceAccount.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "migrator.checks.app" -}}
{{- $name := include "migrator.fullname" . -}}
{{- if and .Values.service.enabled (not (regexMatch "^[a-z]" $name)) -}}
{{- fail (printf "the Service would be named %s, and its name has to begin with a letter: set fullnameOverride." $name) -}}
{{- end -}}
{{- if and .Values.service.enabled .Values.service.nodePort (eq .Values.service.type "ClusterIP") -}}
{{- fail (printf "service.nodePort is %v, but service.type is ClusterIP, which has none." .Values.service.nodePort) -}}
{{- end -}}
{{- $gate := include "migrator.seconds" .Values.gate.timeout | int -}}
{{- $progress := .Values.app.progressDeadlineSeconds | int -}}
{{- if and .Values.gate.enabled (ge $gate $progress) -}}
{{- fail (printf "gate.timeout (%s) must be shorter than app.progressDeadlineSeconds (%d), or the rollout counts as stuck before the gate says what it waits for." .Values.gate.timeout $progress) -}}
{{- end -}}
{{- $budget := .Values.podDisruptionBudget -}}
{{- if not (or (kindIs "invalid" $budget.minAvailable) (kindIs "invalid" $budget.maxUnavailable)) -}}
{{- fail "podDisruptionBudget.minAvailable and podDisruptionBudget.maxUnavailable are both set: Kubernetes takes only one." -}}
{{- end -}}
{{- $scaling := .Values.autoscaling -}}
{{- if and $scaling.enabled (gt (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas (%d) is more than autoscaling.maxReplicas (%d)." (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- end -}}
{{- if and $scaling.enabled (not $scaling.targetCPUUtilizationPercentage) (not $scaling.metrics) -}}
{{- fail "autoscaling.enabled is true, but neither autoscaling.targetCPUUtilizationPercentage nor autoscaling.metrics says by what." -}}
{{- end -}}
{{- range $route := list "ingress" "httpRoute" -}}
{{- if and (get $.Values $route).enabled (not $.Values.service.enabled) -}}
{{- fail (printf "%s.enabled is true, but service.enabled is false: there is nothing to route to." $route) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled is true, but ingress.hosts is empty." -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled is true, but httpRoute.parentRefs is empty: no Gateway would take it." -}}
{{- end -}}
{{- end -}}
