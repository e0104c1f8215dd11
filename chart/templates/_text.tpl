{{/*
A value as text. A string may contain a template. A whole number (`--set image.tag=20240115`) becomes its digits. The numbers and
booleans of a values file do not get here, because migrator.checks.text refuses them.
Argument: dict "root" the root context, "value" the value.
*/}}
{{- define "migrator.text" -}}
{{- $text := kindIs "invalid" .value | ternary "" (toString .value) -}}
{{- if contains "{{" $text -}}
{{- tpl $text .root -}}
{{- else -}}
{{- $text -}}
{{- end -}}
{{- end -}}

{{/* A map of texts as YAML, such as labels, annotations and a node selector. Argument: dict "root" the root context, "value" the map. */}}
{{- define "migrator.text.map" -}}
{{- $root := .root -}}
{{- $map := dict -}}
{{- range $key, $value := .value -}}
{{- $_ := set $map $key (include "migrator.text" (dict "root" $root "value" $value)) -}}
{{- end -}}
{{- toYaml $map -}}
{{- end -}}

{{/* A list of texts as YAML, such as arguments. Argument: dict "root" the root context, "value" the list. */}}
{{- define "migrator.text.list" -}}
{{- $root := .root -}}
{{- $list := list -}}
{{- range .value -}}
{{- $list = append $list (include "migrator.text" (dict "root" $root "value" .)) -}}
{{- end -}}
{{- toYaml $list -}}
{{- end -}}

{{/*
A value as JSON, `{"value": …}`, with the templates in all of its strings replaced. It is not the text of the whole value that is a
template, because the quotes of YAML would change the quotes in a template.
Argument: dict "root" the root context, "value" a map, a list or a scalar.
*/}}
{{- define "migrator.text.tree" -}}
{{- $root := .root -}}
{{- $value := .value -}}
{{- if kindIs "map" .value -}}
{{- $value = dict -}}
{{- range $key, $inner := .value -}}
{{- $_ := set $value $key (include "migrator.text.tree" (dict "root" $root "value" $inner) | fromJson).value -}}
{{- end -}}
{{- else if kindIs "slice" .value -}}
{{- $value = list -}}
{{- range .value -}}
{{- $value = append $value (include "migrator.text.tree" (dict "root" $root "value" .) | fromJson).value -}}
{{- end -}}
{{- else if kindIs "string" .value -}}
{{- $value = include "migrator.text" . -}}
{{- end -}}
{{- dict "value" $value | toJson -}}
{{- end -}}

{{/*
The paths of all values that become text. `*` stands for every entry of a map or a list. values.schema.json has the type `text` for
them; the fields of Kubernetes' own types (env, imagePullSecrets) are only here.
*/}}
{{- define "migrator.text.paths" -}}
nameOverride fullnameOverride commonLabels.* commonAnnotations.*
image.repository image.tag image.digest imagePullSecrets.*.name
database.existingSecret database.keys.* database.url database.host database.name database.user
database.rootCertificate.configMap database.rootCertificate.secret database.rootCertificate.key
migration.image.repository migration.image.tag migration.image.digest migration.command.* migration.dir
migration.scripts.configMap migration.scripts.inline.* migration.schema migration.historyTable migration.historyOwner
migration.trustRoles.* migration.placeholders.* migration.extraArgs.* migration.rollback.extraArgs.* migration.contract.extraArgs.* migration.contract.serviceAccount.name
migration.database.existingSecret migration.database.keys.*
migration.serviceAccount.name migration.serviceAccount.labels.* migration.serviceAccount.annotations.*
migration.env.*.name migration.env.*.value migration.labels.* migration.annotations.* migration.podLabels.*
migration.podAnnotations.* migration.nodeSelector.* migration.priorityClassName
gate.database.existingSecret gate.database.keys.* gate.extraArgs.* gate.env.*.name gate.env.*.value
app.command.* app.args.* app.env.*.name app.env.*.value app.labels.* app.annotations.* app.podLabels.* app.podAnnotations.*
service.appProtocol service.labels.* service.annotations.*
ingress.className ingress.annotations.* ingress.hosts.*.host ingress.hosts.*.paths.*.path
httpRoute.hostnames.* httpRoute.annotations.*
serviceAccount.name serviceAccount.labels.* serviceAccount.annotations.*
nodeSelector.* priorityClassName
tests.serviceAccount.name tests.podLabels.* tests.podAnnotations.* tests.app.image tests.app.command.* tests.app.path
{{- end -}}

{{/*
Refuses a number or a boolean of a values file for a value that becomes text. YAML reads 1.0 as 1, 0123456 as 42798, 6063e05 as
606300000, and no as false, before Helm sees it. `--set` passes whole numbers as they are written. Argument: the root context.
*/}}
{{- define "migrator.checks.text" -}}
{{- $paths := include "migrator.text.paths" . | splitList "\n" | join " " | splitList " " -}}
{{- include "migrator.eachValue" (dict "root" . "paths" $paths "check" "migrator.checks.textOf") -}}
{{- end -}}

{{/* Checks one value. Argument: as migrator.eachValue passes it. */}}
{{- define "migrator.checks.textOf" -}}
{{- $seen := kindIs "float64" .value | ternary (printf "number %s" (toJson .value)) (kindIs "bool" .value | ternary (printf "boolean %v" .value) "") -}}
{{- if $seen -}}
{{- fail (printf "%s must be text, but YAML has read it as the %s, which may not be what was written. Put it in quotes. On the command line, use --set-string." .path $seen) -}}
{{- end -}}
{{- end -}}

{{/*
Calls a template for each value at some paths of the values. `*` in a path stands for every entry of a map or a list. The template gets
dict "root" the root context, "value" the value, "path" its path, "key" the last part of the path, "parent" the path before it.
Argument: dict "root" the root context, "paths" the paths, "check" the name of the template.
*/}}
{{- define "migrator.eachValue" -}}
{{- $call := . -}}
{{- range .paths -}}
{{- include "migrator.eachValueBelow" (dict "root" $call.root "check" $call.check "value" $call.root.Values "path" "" "parent" "" "key" "" "rest" (splitList "." .)) -}}
{{- end -}}
{{- end -}}

{{/* Argument: as for the template of migrator.eachValue, with "check", and "rest" the other parts of the path. */}}
{{- define "migrator.eachValueBelow" -}}
{{- $here := . -}}
{{- if not .rest -}}
{{- include .check . -}}
{{- else -}}
{{- $key := first .rest -}}
{{- $entries := dict -}}
{{- if and (kindIs "map" .value) (eq $key "*") -}}
{{- $entries = .value -}}
{{- else if and (kindIs "map" .value) (hasKey .value $key) -}}
{{- $entries = dict $key (get .value $key) -}}
{{- end -}}
{{- range $name, $inner := $entries -}}
{{- include "migrator.eachValueBelow" (dict "root" $here.root "check" $here.check "value" $inner "path" (printf "%s.%s" $here.path $name | trimPrefix ".") "parent" $here.path "key" $name "rest" (rest $here.rest)) -}}
{{- end -}}
{{- if kindIs "slice" .value -}}
{{- range $index, $inner := .value -}}
{{- include "migrator.eachValueBelow" (dict "root" $here.root "check" $here.check "value" $inner "path" (printf "%s[%d]" $here.path $index) "parent" $here.path "key" $index "rest" (rest $here.rest)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
