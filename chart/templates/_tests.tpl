{{/* The metadata of a test pod. Argument: dict "root" the root context, "name" the pod's name. */}}
{{- define "migrator.tests.metadata" -}}
{{- $tests := .root.Values.tests -}}
{{- $hook := dict "helm.sh/hook" "test" "helm.sh/hook-delete-policy" "before-hook-creation" -}}
{{- $labels := mergeOverwrite dict ($tests.podLabels | default dict) (include "migrator.mesh.labels" $tests | fromYaml) -}}
{{- $annotations := mergeOverwrite dict ($tests.podAnnotations | default dict) (include "migrator.mesh.annotations" $tests | fromYaml) $hook -}}
{{- include "migrator.metadata" (dict "root" .root "name" .name "component" "test" "labels" $labels "annotations" $annotations) -}}
{{- end -}}

{{/* The fields of a test pod's spec that both test pods share. Argument: dict "root" the root context, "serviceAccount" a name or "". */}}
{{- define "migrator.tests.spec" -}}
{{- $tests := .root.Values.tests -}}
restartPolicy: Never
activeDeadlineSeconds: 120
{{ include "migrator.pod.shared" (dict "root" .root "settings" (mergeOverwrite (dict "terminationGracePeriodSeconds" 5) $tests) "serviceAccount" ($tests.serviceAccount.name | default .serviceAccount)) }}
{{- end -}}
