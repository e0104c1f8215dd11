{{/* The suffix of the names of the contract Job's own objects. */}}
{{- define "migrator.contract.suffix" -}}-contract{{- end -}}

{{/* The name of the contract Job's own objects. Argument: the root context. */}}
{{- define "migrator.contract.name" -}}
{{- include "migrator.suffixed" (dict "root" . "suffix" (include "migrator.contract.suffix" .)) -}}
{{- end -}}

{{/*
The name of the contract Job: `…-contract-REVISION-HASH`, without the revision in `phase: contract` and if it is not recorded. The hash is that of
what the Job runs, because a Job cannot be changed: after `helm uninstall`, a new release begins with revision 1 again, while a kept Job of
that name may still exist. Argument: dict "root" the root context, "spec" the Job's spec as text.
*/}}
{{- define "migrator.contract.jobName" -}}
{{- $revision := include "migrator.migration.recordsRevision" .root | empty | not | ternary (printf "-%d" .root.Release.Revision) "" -}}
{{- include "migrator.suffixed" (dict "root" .root "suffix" (printf "%s%s-%s" (include "migrator.contract.suffix" .root) $revision (include "migrator.job.hash" .))) -}}
{{- end -}}

{{/* The workloads whose older pods must have ended, as YAML. By default, the application's Deployment. Argument: the root context. */}}
{{- define "migrator.contract.workloads" -}}
{{- $contract := .Values.migration.contract -}}
{{- if not (kindIs "invalid" $contract.afterRollout) -}}
{{- toYaml $contract.afterRollout -}}
{{- else if .Values.app.enabled -}}
{{- list (printf "deployment/%s" (include "migrator.fullname" .)) | toYaml -}}
{{- else -}}
[]
{{- end -}}
{{- end -}}

{{/*
The name of the contract Job's ServiceAccount: contract.serviceAccount.name, or that of the migration Job, or an own one, because the Job reads
the API and the application's pods must not get this right. Argument: the root context.
*/}}
{{- define "migrator.contract.serviceAccount" -}}
{{- if .Values.migration.contract.serviceAccount.name -}}
{{- .Values.migration.contract.serviceAccount.name -}}
{{- else if .Values.migration.serviceAccount.name -}}
{{- .Values.migration.serviceAccount.name -}}
{{- else -}}
{{- include "migrator.contract.name" . -}}
{{- end -}}
{{- end -}}

{{/* The spec of the contract Job. Argument: the root context. */}}
{{- define "migrator.contract.spec" -}}
{{- include "migrator.job.spec" (dict
  "root" . "container" (include "migrator.contract.container" .) "serviceAccount" (include "migrator.contract.serviceAccount" .) "automountToken" true
  "component" "contract" "suffix" (include "migrator.contract.suffix" .) "deadlines" (include "migrator.contract.deadlines" . | fromYaml)
  "settings" .Values.migration.contract) -}}
{{- end -}}

{{/*
The container of the contract Job. `migrate` compares MIGRATE_SET with the pods, and the gate has the same value. Argument: the root context.
*/}}
{{- define "migrator.contract.container" -}}
{{- $contract := .Values.migration.contract -}}
{{- $deadlines := include "migrator.contract.deadlines" . | fromYaml -}}
{{- $up := list "up" "--phase=contract" -}}
{{- range include "migrator.contract.workloads" . | fromYamlArray -}}
{{- $up = append $up (printf "--after-rollout=%s" .) -}}
{{- end -}}
{{- range $contract.afterPods -}}
{{- $up = append $up (printf "--after-pods=%s" .) -}}
{{- end -}}
{{- $up = append $up (printf "--rollout-wait=%s" $contract.rolloutWait) -}}
{{- $args := concat $up (include "migrator.migration.argsWith" (dict "root" . "deadlines" $deadlines) | fromYamlArray) ($contract.extraArgs | default list) -}}
{{- $suffix := include "migrator.contract.suffix" . -}}
{{- include "migrator.migrate.container" (dict "root" . "name" "migrate" "args" $args "settings" .Values.migration "secret" (include "migrator.job.secret" (dict "root" . "suffix" $suffix)) "identity" $suffix) -}}
{{- end -}}
