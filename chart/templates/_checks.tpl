{{/*
All checks that the schema cannot make. The values that contradict each other are in this file, those that Kubernetes would refuse in
_checks_objects.tpl, and those of the deadlines in _deadlines.tpl, next to their computation. Argument: the root context.
*/}}
{{- define "migrator.checks" -}}
{{- include "migrator.checks.text" . -}}
{{- include "migrator.checks.parts" . -}}
{{- include "migrator.checks.database" . -}}
{{- include "migrator.checks.keys" . -}}
{{- include "migrator.checks.migration" . -}}
{{- include "migrator.checks.contract" . -}}
{{- if .Values.app.enabled -}}
{{- include "migrator.checks.app" . -}}
{{- end -}}
{{- include "migrator.checks.objects" . -}}
{{- end -}}

{{/* Checks which objects are rendered. Argument: the root context. */}}
{{- define "migrator.checks.parts" -}}
{{- if and (has .Values.phase (list "migrate" "contract" "rollback")) (not .Values.migration.enabled) -}}
{{- fail (printf "phase is %s, but migration.enabled is false, so nothing would be rendered. Set migration.enabled to true or choose another phase." .Values.phase) -}}
{{- end -}}
{{- $rollback := .Values.migration.rollback -}}
{{- if and $rollback.enabled (not .Values.migration.enabled) -}}
{{- fail "migration.rollback.enabled is true, but migration.enabled is false. Only a release that runs the migration can undo it." -}}
{{- end -}}
{{- if and $rollback.dryRun $rollback.checkSchema -}}
{{- fail "migration.rollback.dryRun and migration.rollback.checkSchema are both true, but each is another check. Set only one of them, and render the chart once for each." -}}
{{- end -}}
{{- if and $rollback.enabled (eq .Values.migration.mode "job") (eq $rollback.hook "pre-rollback") -}}
{{- fail "migration.rollback.hook is pre-rollback, but migration.mode is job. In this mode the Job's Secret, ConfigMap and ServiceAccount belong to the release, and before the rollback they are still those of the newer version. Set migration.rollback.hook to post-rollback." -}}
{{- end -}}
{{- if and (eq .Values.phase "deploy") (not .Values.app.enabled) (not .Values.extraManifests) -}}
{{- fail "phase is deploy, but app.enabled is false and extraManifests is empty, so no application would be rendered. Set app.enabled to true, add the application's workload to extraManifests, or choose another phase." -}}
{{- end -}}
{{- if and .Values.app.enabled .Values.migration.enabled (eq .Values.phase "all") (eq .Values.migration.mode "job") (not .Values.gate.enabled) -}}
{{- fail "migration.mode is job, but gate.enabled is false. In this mode only the gate makes new pods wait for the migration. Set gate.enabled to true." -}}
{{- end -}}
{{- end -}}

{{/* Checks the connection. Argument: the root context. */}}
{{- define "migrator.checks.database" -}}
{{- $database := .Values.database -}}
{{- if and $database.existingSecret $database.url -}}
{{- fail "database.existingSecret and database.url are both set. Set only one of them." -}}
{{- end -}}
{{- $keys := $database.keys | default dict -}}
{{- if and $database.url (not $keys.url) -}}
{{- fail "database.url is set, but database.keys.url is empty, so the URL would not be used. Set database.keys.url to url." -}}
{{- end -}}
{{- if $database.existingSecret -}}
{{- range $field := list "host" "port" "name" "user" -}}
{{- if and (get $database $field) (get $keys $field) -}}
{{- fail (printf "database.%s and database.keys.%s are both set. Set only one of them." $field $field) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $database.rootCertificate.configMap $database.rootCertificate.secret -}}
{{- fail "database.rootCertificate.configMap and database.rootCertificate.secret are both set. Set only one of them." -}}
{{- end -}}
{{- if .Values.migration.enabled -}}
{{- $migration := .Values.migration -}}
{{- $hasConnection := or $database.existingSecret $database.url $database.host $migration.database.existingSecret -}}
{{- if not (or $hasConnection $migration.env $migration.envFrom) -}}
{{- fail "no database connection is set. Set database.existingSecret to a Secret with the key url, or for a trial set database.url." -}}
{{- end -}}
{{- end -}}
{{- if and (include "migrator.app.isRendered" .) .Values.gate.enabled -}}
{{- $gate := .Values.gate -}}
{{- $hasConnection := or $database.existingSecret $database.url $database.host $gate.database.existingSecret -}}
{{- if not (or $hasConnection $gate.env $gate.envFrom) -}}
{{- fail "gate.enabled is true, but the gate has no database connection, so no pod would start. Set gate.database.existingSecret or database.existingSecret." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Checks that the migration and the gate each read at least one key of their Secret. Otherwise that container would have no connection.
Argument: the root context.
*/}}
{{- define "migrator.checks.keys" -}}
{{- $database := .Values.database -}}
{{- range $component := list "migration" "gate" -}}
{{- $own := (get $.Values $component).database -}}
{{- if and (get $.Values $component).enabled (or $own.existingSecret $database.existingSecret) -}}
{{- if not (mergeOverwrite dict ($database.keys | default dict) ($own.keys | default dict) | values | join "") -}}
{{- $name := $own.existingSecret | empty | ternary "database" (printf "%s.database" $component) -}}
{{- fail (printf "%s.existingSecret is set, but all keys in database.keys and %s.database.keys are empty, so the Secret would not be used. Set at least one key." $name $component) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Checks that each placeholder can be an environment variable. A Secret's key has at most 253 characters. The key is
the prefix MIGRATE_PLACEHOLDER_ and the name, so the name has at most 233. Argument: the root context.
*/}}
{{- define "migrator.checks.placeholders" -}}
{{- $seen := dict -}}
{{- range $name, $_ := .Values.migration.placeholders -}}
{{- if not (regexMatch "^[-._A-Za-z0-9]{1,233}$" $name) -}}
{{- fail (printf "migration.placeholders contains the name %q, which cannot be part of the name of an environment variable. Use 1 to 233 letters (a-z), digits, dashes, dots and underscores." $name) -}}
{{- end -}}
{{- $variable := include "migrator.placeholders.variable" $name -}}
{{- if hasKey $seen $variable -}}
{{- fail (printf "migration.placeholders contains the names %s and %s, but migrate ignores the case of a placeholder. Remove one of them." (get $seen $variable) $name) -}}
{{- end -}}
{{- $_ := set $seen $variable $name -}}
{{- end -}}
{{- end -}}

{{/* Checks the migration. Argument: the root context. */}}
{{- define "migrator.checks.migration" -}}
{{- $migration := .Values.migration -}}
{{- include "migrator.checks.placeholders" . -}}
{{- if and $migration.scripts.configMap $migration.scripts.inline -}}
{{- fail "migration.scripts.configMap and migration.scripts.inline are both set. Set only one of them." -}}
{{- end -}}
{{- if and (include "migrator.migrate.mountsScripts" .) (not $migration.dir) -}}
{{- fail "migration.dir is empty, but migration.scripts is set. Set migration.dir to the folder at which the scripts are mounted." -}}
{{- end -}}
{{- if and (or $migration.image.tag $migration.image.digest) (not $migration.image.repository) -}}
{{- fail "migration.image.tag or migration.image.digest is set, but migration.image.repository is empty, so the application's image would be used. Set migration.image.repository." -}}
{{- end -}}
{{- if $migration.enabled -}}
{{- $_ := include "migrator.deadlines" . -}}
{{- range $set := include "migrator.job.sets" . | fromYamlArray -}}
{{- $copy := include "migrator.suffixed" (dict "root" $ "suffix" $set.suffix) -}}
{{- if and $set.account (eq (include "migrator.app.serviceAccount" $) $copy) -}}
{{- fail (printf "serviceAccount.name is %s, but the Job's own copy of the ServiceAccount has this name. Helm deletes and recreates a copy that is a hook, so the application's pods cannot use it. Choose another name." $.Values.serviceAccount.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Checks who runs the contract scripts, and when. Argument: the root context. */}}
{{- define "migrator.checks.contract" -}}
{{- $contract := .Values.migration.contract -}}
{{- if and (eq .Values.phase "contract") (eq $contract.run "never") -}}
{{- fail "phase is contract, but migration.contract.run is never, so nothing would be rendered, and the migration refuses contract scripts. Set migration.contract.run to manual or job." -}}
{{- end -}}
{{- if and (ne $contract.run "never") (not .Values.gate.enabled) -}}
{{- fail (printf "migration.contract.run is %s, but gate.enabled is false. Only the gate keeps a pod of an older version from starting after the contract scripts have removed what it uses, and it has the variable MIGRATE_SET, by which the contract Job recognizes the pods of its version. Set gate.enabled to true." $contract.run) -}}
{{- end -}}
{{- $name := ternary "image" "migration.image" (or (empty .Values.migration.image.repository) (and .Values.app.enabled (not (empty .Values.image.repository)))) -}}
{{- $version := include "migrator.image.version" (dict "image" (ternary .Values.image .Values.migration.image (eq $name "image")) "name" $name) | fromYaml -}}
{{- if and (ne $contract.run "never") (eq $version.tag "latest") (not $version.digest) -}}
{{- fail (printf "migration.contract.run is %s, but %s.tag is latest. The pods of all versions have this tag, so the contract Job could not recognize older pods. Set %s.tag to a version, or %s.digest." $contract.run $name $name $name) -}}
{{- end -}}
{{- if and (include "migrator.contract.isRendered" .) (not (include "migrator.contract.workloads" . | fromYamlArray)) (not $contract.afterPods) -}}
{{- fail (printf "migration.contract.run is %s, but the contract Job has no pods to wait for: app.enabled is false, or migration.contract.afterRollout is empty. Name the workloads in migration.contract.afterRollout, or select their pods with migration.contract.afterPods." $contract.run) -}}
{{- end -}}
{{- end -}}

{{/* Checks the application's objects. Argument: the root context. */}}
{{- define "migrator.checks.app" -}}
{{- $name := include "migrator.fullname" . -}}
{{- if and .Values.service.enabled (not (regexMatch "^[a-z]" $name)) -}}
{{- fail (printf "the Service would be named %s, but the name of a Service must begin with a letter. Set fullnameOverride, or choose another release name." $name) -}}
{{- end -}}
{{- if and .Values.service.enabled .Values.service.nodePort (eq .Values.service.type "ClusterIP") -}}
{{- fail (printf "service.nodePort is %v, but service.type is ClusterIP, which has no node port. Set service.type to NodePort or LoadBalancer." .Values.service.nodePort) -}}
{{- end -}}
{{- $gate := include "migrator.seconds" .Values.gate.timeout | int -}}
{{- $progress := .Values.app.progressDeadlineSeconds | int -}}
{{- if and .Values.gate.enabled (ge $gate $progress) -}}
{{- fail (printf "gate.timeout (%s) must be shorter than app.progressDeadlineSeconds (%d). Otherwise the rollout fails before the gate reports the missing migrations." .Values.gate.timeout $progress) -}}
{{- end -}}
{{- $budget := .Values.podDisruptionBudget -}}
{{- if not (or (kindIs "invalid" $budget.minAvailable) (kindIs "invalid" $budget.maxUnavailable)) -}}
{{- fail "podDisruptionBudget.minAvailable and podDisruptionBudget.maxUnavailable are both set. Kubernetes accepts only one of them." -}}
{{- end -}}
{{- $scaling := .Values.autoscaling -}}
{{- if and $scaling.enabled (gt (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas (%d) must not be greater than autoscaling.maxReplicas (%d)." (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- end -}}
{{- if and $scaling.enabled (not $scaling.targetCPUUtilizationPercentage) (not $scaling.metrics) -}}
{{- fail "autoscaling.enabled is true, but no metric is set. Set autoscaling.targetCPUUtilizationPercentage or autoscaling.metrics." -}}
{{- end -}}
{{- range $route := list "ingress" "httpRoute" -}}
{{- if and (get $.Values $route).enabled (not $.Values.service.enabled) -}}
{{- fail (printf "%s.enabled is true, but service.enabled is false, so there is no Service to route to. Set service.enabled to true." $route) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled is true, but ingress.hosts is empty. Add at least one host." -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled is true, but httpRoute.parentRefs is empty, so no Gateway would use the route. Add at least one Gateway." -}}
{{- end -}}
{{- end -}}
