{{/*
Helm's hook annotations; no other template writes them. Argo CD and Flux read them too. A hook annotation of Argo CD on the
same object would make Argo CD ignore Helm's (https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks).
Returns nothing if the object is not a hook.
Argument: dict "root" the root context, "weight" a number, "prerequisite" true for an object that a Job needs, "rollback"
true for the rollback Job.

Every hook of the migration has both events, pre-install and pre-upgrade: after a failed first install,
`upgrade --install` runs pre-upgrade while no object of the release exists. If the rollback Job is a hook, the prerequisites are
rollback hooks too: on a rollback, Helm runs the hooks of the target revision, and the Job needs the scripts of that revision. Hooks run one at a time, by
weight and then by name: -10 for the ServiceAccount and the NetworkPolicy, -5 for the Secret and the ConfigMap, 0 for the
Job.

A deletion policy replaces Helm's default, so before-hook-creation is always included. Without it, if a killed
client left an old Job behind, Helm 4 would treat that Job as the Job of the current migration. Prerequisites are deleted when the Job has finished, because uninstall
does not delete hook objects, including credentials. The Jobs stay until their TTL, for their logs. Helm prints the log of
the rollback Job also after a success, because users do not look at a Job that succeeded.
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
