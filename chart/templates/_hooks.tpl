{{/*
The one place that speaks Helm's hook dialect. Argo CD and Flux read it too; an annotation of Argo's own beside it would
switch all of it off there (https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks). Nothing for what is no
hook.
Argument: dict "root" the root context, "weight" a number, "prerequisite" true for what a Job needs, "rollback" true for
the Job that undoes.

Both events of a migration, for all of it: after a first install that failed, `upgrade --install` runs pre-upgrade while
nothing of the release exists. What the Jobs need is there on a rollback too: Helm runs the hooks that are stored with the
revision that it goes back to, scripts and all. Hooks run one at a time by weight, then by name: -10 who the Job is and
where it may go, -5 what it reads, 0 the Job.

Naming a deletion policy replaces Helm's default, so before-hook-creation is always named: without it a Job left over
from a killed client would make Helm 4 believe that the migration has run. Prerequisites go when the Job has ended,
because uninstall leaves hook objects behind, credentials too; the Jobs stay for their logs until their TTL. Helm prints
what a rollback undid also when it went well: nobody looks for a Job then.
*/}}
{{- define "migrator.hook.annotations" -}}
{{- $events := list -}}
{{- if and (include "migrator.migration.isHook" .root) (not .rollback) -}}
{{- $events = list "pre-install" "pre-upgrade" -}}
{{- end -}}
{{- if and (include "migrator.rollback.isHook" .root) (or .rollback (and .prerequisite $events)) -}}
{{- $events = append $events .root.Values.migration.rollback.hook -}}
{{- end -}}
{{- if $events -}}
helm.sh/hook: {{ join "," $events | quote }}
helm.sh/hook-weight: {{ .weight | quote }}
{{- if .prerequisite }}
helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"
{{- else }}
helm.sh/hook-delete-policy: "before-hook-creation"
helm.sh/hook-output-log-policy: {{ ternary "hook-failed,hook-succeeded" "hook-failed" (.rollback | default false) | quote }}
{{- end }}
{{- end -}}
{{- end -}}
