{{/*
The one place that speaks Helm's hook dialect. Argo CD and Flux read it too; an annotation of Argo's own beside it would
switch all of it off there (https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks). Nothing when the
migration is no hook.
Argument: dict "root" the root context, "weight" a number, "prerequisite" true for what the Job needs.

Both events, for all of them: after a first install that failed, `upgrade --install` runs pre-upgrade while nothing of
the release exists. Hooks run one at a time by weight, then by name: -10 who the Job is and where it may go, -5 what it
reads, 0 the Job.

Naming a deletion policy replaces Helm's default, so before-hook-creation is always named: without it a Job left over
from a killed client would make Helm 4 believe that the migration has run. Prerequisites go when the Job has ended,
because uninstall leaves hook objects behind, credentials too; the Job stays for its log until its TTL.
*/}}
{{- define "migrator.hook.annotations" -}}
{{- if include "migrator.migration.isHook" .root -}}
helm.sh/hook: "pre-install,pre-upgrade"
helm.sh/hook-weight: {{ .weight | quote }}
{{- if .prerequisite }}
helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"
{{- else }}
helm.sh/hook-delete-policy: "before-hook-creation"
helm.sh/hook-output-log-policy: "hook-failed"
{{- end }}
{{- end -}}
{{- end -}}
