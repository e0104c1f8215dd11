{{/*
The workloads of a list such as `[deployment/orders, statefulset/worker]`, as YAML: the names by kind. Argument: the list.
*/}}
{{- define "migrator.workloads.byKind" -}}
{{- $kinds := dict -}}
{{- range . -}}
{{- $parts := splitList "/" . -}}
{{- $_ := set $kinds (first $parts) (append (get $kinds (first $parts) | default list) (last $parts)) -}}
{{- end -}}
{{- toYaml $kinds -}}
{{- end -}}

{{/*
The Role and the RoleBinding of a Job that waits for pods: it may get the named workloads and list the pods of the namespace.
Argument: dict "root" the root context, "name" that of both objects, "component" their label, "account" the name of the Job's ServiceAccount,
"workloads" a list as for migrator.workloads.byKind, and optionally "hook" as for migrator.metadata.
*/}}
{{- define "migrator.workloads.access" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  {{- include "migrator.metadata" . | nindent 2 }}
rules:
  {{- range $kind, $names := include "migrator.workloads.byKind" .workloads | fromYaml }}
  - apiGroups: ["apps"]
    resources: [{{ printf "%ss" $kind | quote }}]
    resourceNames: {{ toJson $names }}
    verbs: ["get"]
  {{- end }}
  - apiGroups: [""]
    resources: ["pods"]
    verbs: ["list"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  {{- include "migrator.metadata" . | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .name | quote }}
subjects:
  - kind: ServiceAccount
    name: {{ .account | quote }}
    namespace: {{ .root.Release.Namespace | quote }}
{{- end -}}
