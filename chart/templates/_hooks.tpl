{{/*
Helm's hook annotations; no other template writes them. Argo CD and Flux read them too. A hook annotation of Argo CD on the
same object would make Argo CD ignore Helm's (https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks).
Returns nothing if there are no events.
Argument: dict "events" the events as a list, "weight" a number, and optionally "prerequisite" true for an object that a Job needs, "isDeleted" true
for a Job that is deleted after a success, "isLogged" true for a Job whose log helm prints also after a success.

Every hook of the migration has both events, pre-install and pre-upgrade: after a failed first install,
`upgrade --install` runs pre-upgrade while no object of the release exists. If a Job is a rollback hook, the prerequisites are
rollback hooks too: on a rollback, Helm runs the hooks of the target revision, and the Job needs the scripts of that revision. Hooks run one at a time, by
weight and then by name: -10 for the ServiceAccount and the NetworkPolicy, -5 for the Secret and the ConfigMap, 0 for the
Job, 5 for the check before a rollback.

A deletion policy replaces Helm's default, so before-hook-creation is always included. Without it, if a killed
client left an old Job behind, Helm 4 would treat that Job as the Job of the current migration. Prerequisites are deleted when the Job has finished, because uninstall
does not delete hook objects, including credentials. The Jobs stay until their TTL, for their logs. Helm prints the log of
the rollback Jobs also after a success, because users do not look at a Job that succeeded.
*/}}
{{- define "migrator.hook.annotations" -}}
{{- if .events -}}
helm.sh/hook: {{ join "," .events | quote }}
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: {{ or .prerequisite .isDeleted | default false | ternary "before-hook-creation,hook-succeeded" "before-hook-creation" | quote }}
{{- if not .prerequisite }}
helm.sh/hook-output-log-policy: {{ ternary "hook-failed,hook-succeeded" "hook-failed" (.isLogged | default false) | quote }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* The events of the migration Job, separated by commas, or nothing. Argument: the root context. */}}
{{- define "migrator.hook.migration" -}}
{{- if include "migrator.migration.isHook" . -}}pre-install,pre-upgrade{{- end -}}
{{- end -}}

{{/* The event of the rollback Job, or nothing. Argument: the root context. */}}
{{- define "migrator.hook.rollback" -}}
{{- if include "migrator.rollback.isHook" . -}}{{ .Values.migration.rollback.hook }}{{- end -}}
{{- end -}}

{{/*
The events of the objects that the Jobs need. With `mode: job`, these objects belong to the release, and have no events. Argument: the root context.
*/}}
{{- define "migrator.hook.prerequisites" -}}
{{- with include "migrator.hook.migration" . -}}
{{- $events := splitList "," . -}}
{{- if include "migrator.check.isRendered" $ -}}{{- $events = append $events "pre-rollback" -}}{{- end -}}
{{- with include "migrator.hook.rollback" $ -}}{{- $events = append $events . -}}{{- end -}}
{{- $events | uniq | join "," -}}
{{- end -}}
{{- end -}}
