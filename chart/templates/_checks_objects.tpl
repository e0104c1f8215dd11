{{/*
Checks what the API server, or the kubelet, would refuse after the migration has run. They look at what the chart has composed from
the values, so that values of every kind are covered. Argument: the root context.
*/}}
{{- define "migrator.checks.objects" -}}
{{- include "migrator.checks.annotations" . -}}
{{- include "migrator.checks.labels" . -}}
{{- include "migrator.checks.names" . -}}
{{- if include "migrator.migration.prerequisitesAreRendered" . -}}
{{- include "migrator.checks.pod" (dict "spec" (include "migrator.migration.spec" . | fromYaml).template.spec "path" "migration") -}}
{{- end -}}
{{- if include "migrator.contract.isRendered" . -}}
{{- include "migrator.checks.pod" (dict "spec" (include "migrator.contract.spec" . | fromYaml).template.spec "path" "migration") -}}
{{- end -}}
{{- if include "migrator.app.isRendered" . -}}
{{- include "migrator.checks.pod" (dict "spec" (include "migrator.app.podSpec" . | fromYaml) "path" "app") -}}
{{- include "migrator.checks.rollout" . -}}
{{- include "migrator.checks.service" . -}}
{{- end -}}
{{- end -}}

{{/* Whether a text can be the key of a label or an annotation: "true" or nothing. Argument: the key. */}}
{{- define "migrator.isQualifiedName" -}}
{{- if regexMatch "^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$" . -}}true{{- end -}}
{{- end -}}

{{/* Refuses annotations that would change when Helm or Argo CD applies an object. Argument: the root context. */}}
{{- define "migrator.checks.annotations" -}}
{{- $paths := list "commonAnnotations.*" "migration.annotations.*" "migration.podAnnotations.*" "migration.serviceAccount.annotations.*" "app.annotations.*" "app.podAnnotations.*" "service.annotations.*" "ingress.annotations.*" "httpRoute.annotations.*" "serviceAccount.annotations.*" "tests.podAnnotations.*" -}}
{{- include "migrator.eachValue" (dict "root" . "paths" $paths "check" "migrator.checks.annotation") -}}
{{- end -}}

{{/* Checks one annotation. Argument: as migrator.eachValue passes it. */}}
{{- define "migrator.checks.annotation" -}}
{{- if not (include "migrator.isQualifiedName" .key) -}}
{{- fail (printf "%s contains %q, which cannot be the key of an annotation. Use an optional domain and a slash, then at most 63 letters, digits, dashes, dots and underscores." .parent .key) -}}
{{- end -}}
{{- $isHook := or (hasPrefix "helm.sh/hook" .key) (hasPrefix "argocd.argoproj.io/hook" .key) -}}
{{- $reachesJob := has .parent (list "commonAnnotations" "migration.annotations") -}}
{{- if or $isHook (and $reachesJob (hasPrefix "helm.sh/" .key)) -}}
{{- fail (printf "%s contains %s, which is reserved. The chart sets the annotations of hooks itself; another value would change the order of the migration and the deployment. Remove it." .parent .key) -}}
{{- end -}}
{{- end -}}

{{/* Checks the keys and the values of labels. Argument: the root context. */}}
{{- define "migrator.checks.labels" -}}
{{- $paths := list "commonLabels.*" "migration.labels.*" "migration.podLabels.*" "migration.serviceAccount.labels.*" "migration.nodeSelector.*" "app.labels.*" "app.podLabels.*" "service.labels.*" "serviceAccount.labels.*" "nodeSelector.*" "tests.podLabels.*" -}}
{{- include "migrator.eachValue" (dict "root" . "paths" $paths "check" "migrator.checks.label") -}}
{{- end -}}

{{/* Checks one label. Argument: as migrator.eachValue passes it. */}}
{{- define "migrator.checks.label" -}}
{{- if not (include "migrator.isQualifiedName" .key) -}}
{{- fail (printf "%s contains %q, which cannot be the key of a label. Use an optional domain and a slash, then at most 63 letters, digits, dashes, dots and underscores." .parent .key) -}}
{{- end -}}
{{- $text := include "migrator.text" . -}}
{{- if not (regexMatch "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$" $text) -}}
{{- fail (printf "%s is %q, which cannot be the value of a label. Use at most 63 letters, digits, dashes, dots and underscores, with a letter or a digit at both ends." .path $text) -}}
{{- end -}}
{{- end -}}

{{/* Checks the names of objects that the values refer to, the keys in them, and the size of the scripts. Argument: the root context. */}}
{{- define "migrator.checks.names" -}}
{{- $names := list "database.existingSecret" "database.rootCertificate.configMap" "database.rootCertificate.secret" "migration.database.existingSecret" "migration.scripts.configMap" "migration.priorityClassName" "gate.database.existingSecret" "ingress.className" "priorityClassName" -}}
{{- include "migrator.eachValue" (dict "root" . "paths" $names "check" "migrator.checks.name") -}}
{{- $keys := list "database.keys.*" "migration.database.keys.*" "gate.database.keys.*" -}}
{{- include "migrator.eachValue" (dict "root" . "paths" $keys "check" "migrator.checks.key") -}}
{{- $size := 0 -}}
{{- range .Values.migration.scripts.inline -}}
{{- $size = add $size (len (toString .)) -}}
{{- end -}}
{{- if gt $size 1048576 -}}
{{- fail (printf "migration.scripts.inline contains %d bytes, but a ConfigMap holds at most 1048576 (1 MiB). Put the scripts into the image." $size) -}}
{{- end -}}
{{- end -}}

{{/* Checks one name. Argument: as migrator.eachValue passes it. */}}
{{- define "migrator.checks.name" -}}
{{- $name := include "migrator.text" . | trim -}}
{{- if not (regexMatch "^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)?$" $name) -}}
{{- fail (printf "%s is %q, which cannot be the name of a Kubernetes object. Use lowercase letters, digits, dashes and dots." .path $name) -}}
{{- end -}}
{{- end -}}

{{/* Checks one key of a Secret. Argument: as migrator.eachValue passes it. */}}
{{- define "migrator.checks.key" -}}
{{- if not (regexMatch "^[-._A-Za-z0-9]{0,253}$" (toString (.value | default ""))) -}}
{{- fail (printf "%s is %q, which cannot be a key of a Secret. Use letters, digits, dashes, dots and underscores." .path .value) -}}
{{- end -}}
{{- end -}}

{{/*
Checks the spec of a pod. Argument: dict "spec" the spec, "path" the values that it comes from.
*/}}
{{- define "migrator.checks.pod" -}}
{{- $path := .path -}}
{{- $volumes := list -}}
{{- range .spec.volumes -}}
{{- if has .name $volumes -}}
{{- fail (printf "%s.extraVolumes contains the volume %s, but the pod already has a volume of this name. Rename it." $path .name) -}}
{{- end -}}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$" (toString .name)) -}}
{{- fail (printf "%s.extraVolumes contains the volume %q, but the name of a volume consists of at most 63 lowercase letters, digits and dashes." $path (toString .name)) -}}
{{- end -}}
{{- $volumes = append $volumes .name -}}
{{- end -}}
{{- $names := list -}}
{{- $ports := list -}}
{{- range concat (.spec.containers | default list) (.spec.initContainers | default list) -}}
{{- if has .name $names -}}
{{- fail (printf "two containers of the pod of %s have the name %s. Rename the one in %s.initContainers or %s.extraContainers." $path .name $path $path) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- $owner := eq .name "gate" | ternary "gate" $path -}}
{{- if not (regexMatch (include "migrator.image.pattern" $) (.image | default "" | toString)) -}}
{{- fail (printf "the container %s of the pod of %s has the image %q, which is not a valid image name. The name of an image has no uppercase letters." .name $path (.image | default "" | toString)) -}}
{{- end -}}
{{- $mountPaths := list -}}
{{- range .volumeMounts -}}
{{- if not (has .name $volumes) -}}
{{- fail (printf "%s.extraVolumeMounts mounts the volume %s, which the pod does not have. Add it to %s.extraVolumes." $owner .name $path) -}}
{{- end -}}
{{- if has .mountPath $mountPaths -}}
{{- fail (printf "%s.extraVolumeMounts mounts two volumes at %s. Choose another path." $owner .mountPath) -}}
{{- end -}}
{{- $mountPaths = append $mountPaths .mountPath -}}
{{- end -}}
{{- $variables := list -}}
{{- range .env -}}
{{- if or (not (regexMatch "^[ -<>-~]+$" (toString .name))) (has .name $variables) -}}
{{- fail (printf "%s.env contains the variable %q, which has an invalid name or is there twice." $owner (toString .name)) -}}
{{- end -}}
{{- if and (hasKey . "value") .valueFrom -}}
{{- fail (printf "%s.env sets both value and valueFrom of the variable %s. Set only one of them." $owner .name) -}}
{{- end -}}
{{- $variables = append $variables .name -}}
{{- end -}}
{{- range .ports -}}
{{- if or (lt (int .containerPort) 1) (gt (int .containerPort) 65535) -}}
{{- fail (printf "%s.extraPorts contains the containerPort %v, which is not between 1 and 65535." $path .containerPort) -}}
{{- end -}}
{{- if .name -}}
{{- if or (has .name $ports) (not (regexMatch "^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$" .name)) -}}
{{- fail (printf "%s.extraPorts contains the name %q, which is there twice (the chart uses http), or is longer than 15 lowercase letters, digits and dashes." $path .name) -}}
{{- end -}}
{{- $ports = append $ports .name -}}
{{- end -}}
{{- end -}}
{{- include "migrator.checks.resources" (dict "resources" .resources "path" $owner) -}}
{{- end -}}
{{- end -}}

{{/* Checks that requests do not exceed limits. Argument: dict "resources" the resources, "path" the values that they come from. */}}
{{- define "migrator.checks.resources" -}}
{{- $path := .path -}}
{{- $resources := .resources | default dict -}}
{{- range $kind := list "requests" "limits" -}}
{{- range $name, $quantity := get $resources $kind | default dict -}}
{{- if not (include "migrator.quantity" $quantity) -}}
{{- fail (printf "%s.resources.%s.%s is %q, which is not a quantity. Use a number with a unit of Kubernetes, such as 250m, 0.5, 128Mi or 1Gi." $path $kind $name (toString $quantity)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $request := $resources.requests -}}
{{- $limit := get ($resources.limits | default dict) $name -}}
{{- if and $limit (gt (include "migrator.quantity" $request | float64) (include "migrator.quantity" $limit | float64)) -}}
{{- fail (printf "%s.resources.requests.%s (%v) is greater than %s.resources.limits.%s (%v)." $path $name $request $path $name $limit) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A quantity of Kubernetes as a number, or nothing if it is not a quantity. Argument: the quantity. */}}
{{- define "migrator.quantity" -}}
{{- $text := kindIs "float64" . | ternary (toJson .) (toString .) -}}
{{- if regexMatch "^[0-9]+(\\.[0-9]*)?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][-+]?[0-9]+)?$" $text -}}
{{- $unit := regexFind "(n|u|m|k|M|G|T|P|E)i?$" $text -}}
{{- $factors := dict "n" 1e-9 "u" 1e-6 "m" 1e-3 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0 -}}
{{- mulf (trimSuffix $unit $text | float64) (get $factors $unit | default 1.0) -}}
{{- end -}}
{{- end -}}

{{/* Checks how the application's pods are replaced. Argument: the root context. */}}
{{- define "migrator.checks.rollout" -}}
{{- $app := .Values.app -}}
{{- $strategy := $app.strategy | default dict -}}
{{- with $strategy.rollingUpdate -}}
{{- if and (eq ($strategy.type | default "RollingUpdate") "RollingUpdate") (regexMatch "^0+%?$" (toString .maxSurge)) (regexMatch "^0+%?$" (toString .maxUnavailable)) -}}
{{- fail "app.strategy.rollingUpdate.maxSurge and app.strategy.rollingUpdate.maxUnavailable are both 0, so no pod could be replaced. The chart's default for maxUnavailable is 0: set it to 1, or set maxSurge." -}}
{{- end -}}
{{- end -}}
{{- if ge (int $app.minReadySeconds) (int $app.progressDeadlineSeconds) -}}
{{- fail (printf "app.minReadySeconds (%d) must be shorter than app.progressDeadlineSeconds (%d)." (int $app.minReadySeconds) (int $app.progressDeadlineSeconds)) -}}
{{- end -}}
{{- $sleep := dig "preStop" "sleep" "seconds" 0 (include "migrator.app.lifecycle" . | fromYaml) | int -}}
{{- if and $sleep (ge $sleep (int $app.terminationGracePeriodSeconds)) -}}
{{- fail (printf "app.lifecycle.preStop.sleep.seconds (%d) must be shorter than app.terminationGracePeriodSeconds (%d), which includes it. Otherwise the application has no time to finish its requests." $sleep (int $app.terminationGracePeriodSeconds)) -}}
{{- end -}}
{{- range $field := list "livenessProbe" "readinessProbe" "startupProbe" -}}
{{- with get $app $field -}}
{{- $handlers := list -}}
{{- range $handler := list "exec" "grpc" "tcpSocket" -}}
{{- if get (get $app $field) $handler -}}
{{- $handlers = append $handlers $handler -}}
{{- end -}}
{{- end -}}
{{- if gt (len $handlers) 1 -}}
{{- fail (printf "app.%s has the handlers %s. Kubernetes accepts only one of them." $field (join " and " $handlers)) -}}
{{- end -}}
{{- if not (or $handlers .httpGet) -}}
{{- fail (printf "app.%s has no handler. Set httpGet, exec, grpc or tcpSocket, or set the probe to null." $field) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Checks the ports of the Service, and host names. Argument: the root context. */}}
{{- define "migrator.checks.service" -}}
{{- $names := list "http" -}}
{{- $ports := list (printf "%d/TCP" (int .Values.service.port)) -}}
{{- range .Values.service.extraPorts -}}
{{- $port := printf "%d/%s" (int .port) (.protocol | default "TCP") -}}
{{- if or (has .name $names) (has $port $ports) (empty .name) -}}
{{- fail (printf "service.extraPorts contains the port %v with the name %q, but each port of the Service needs its own number and its own name (the chart uses %v and http)." .port (.name | default "") $.Values.service.port) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- $ports = append $ports $port -}}
{{- end -}}
{{- $root := . -}}
{{- $hosts := list -}}
{{- range .Values.ingress.hosts -}}
{{- $hosts = append $hosts (dict "path" "ingress.hosts" "host" .host) -}}
{{- end -}}
{{- range .Values.httpRoute.hostnames -}}
{{- $hosts = append $hosts (dict "path" "httpRoute.hostnames" "host" .) -}}
{{- end -}}
{{- range $hosts -}}
{{- $host := include "migrator.text" (dict "root" $root "value" .host) -}}
{{- if not (regexMatch "^((\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$" $host) -}}
{{- fail (printf "%s contains %q, which is not a host name. Use lowercase letters, digits, dashes and dots, without a scheme, a port and a path." .path $host) -}}
{{- end -}}
{{- end -}}
{{- end -}}
