{{/*
The prefix of every object's name. Argument: the root context.
A chart that is installed by itself deploys one application, and the release has the application's name. It is not
repeated as "orders-migrator". In a dependency the alias distinguishes this chart's objects from those of the parent and of
a second alias. There it is always part of the name. Otherwise the hooks of one alias would replace the Secret and the
scripts of another.
A release's name may contain dots, but a Service's name may not.
*/}}
{{- define "migrator.fullname" -}}
{{- $name := include "migrator.name" . -}}
{{- $full := and .Chart.IsRoot (contains $name .Release.Name) | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- include "migrator.truncate" (dict "name" (.Values.fullnameOverride | default ($full | replace "." "-") | toString) "maxLength" 63) -}}
{{- end -}}

{{/*
A name of limited length. A hash replaces the removed characters, because two long names could otherwise become equal.
Argument: dict "name" the name, "maxLength" the maximum number of characters.
*/}}
{{- define "migrator.truncate" -}}
{{- if le (len .name) (int .maxLength) -}}
{{- .name | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" (.name | trunc (sub .maxLength 9 | int) | trimSuffix "-") (sha256sum .name | trunc 8) -}}
{{- end -}}
{{- end -}}

{{/*
The application's name, for the label app.kubernetes.io/name. An alias may be ordersSchema or orders_schema, but the name of
a Kubernetes object may not. Argument: the root context.
*/}}
{{- define "migrator.name" -}}
{{- $default := .Chart.IsRoot | ternary .Release.Name (.Chart.Name | lower | replace "_" "-") -}}
{{- .Values.nameOverride | default $default | toString | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
The full name with a suffix. It has at most 63 characters, because names become labels (job-name). The part before the
suffix is shortened. Argument: dict "root" the root context, "suffix" the suffix, including its dash.
*/}}
{{- define "migrator.suffixed" -}}
{{- $base := include "migrator.truncate" (dict "name" (include "migrator.fullname" .root) "maxLength" (sub 63 (len .suffix))) -}}
{{- printf "%s%s" $base .suffix -}}
{{- end -}}

{{/*
The metadata of an object. It includes the namespace for tools that apply the rendered chart.
Argument: dict "root" the root context, "name" the object's name, "component" server, migration or test; optionally
"labels", "annotations", and "hook" the argument of migrator.hook.annotations.
*/}}
{{- define "migrator.metadata" -}}
{{- $root := .root -}}
name: {{ .name | quote }}
namespace: {{ $root.Release.Namespace | quote }}
labels:
  {{- include "migrator.labels" . | nindent 2 }}
{{- $annotations := mergeOverwrite dict ($root.Values.commonAnnotations | default dict) (.annotations | default dict) }}
{{- with .hook }}
{{- $annotations = mergeOverwrite $annotations (include "migrator.hook.annotations" . | fromYaml) }}
{{- end }}
{{- with $annotations }}
annotations:
  {{- include "migrator.text.map" (dict "root" $root "value" .) | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The labels of an object. Argument: as for migrator.metadata. */}}
{{- define "migrator.labels" -}}
{{- $chart := printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- $own := dict "app.kubernetes.io/managed-by" .root.Release.Service "helm.sh/chart" $chart -}}
{{- with (include "migrator.image.version" (dict "image" .root.Values.image "name" "image") | fromYaml).tag -}}
{{- $_ := set $own "app.kubernetes.io/version" (. | trunc 63 | trimAll "-_.") -}}
{{- end -}}
{{- $selector := include "migrator.selectorLabels" . | fromYaml -}}
{{- include "migrator.text.map" (dict "root" .root "value" (mergeOverwrite dict (.root.Values.commonLabels | default dict) (.labels | default dict) $own $selector)) -}}
{{- end -}}

{{/*
The labels of a pod. They omit the chart's version and the image's tag, which would replace unchanged pods.
Argument: dict "root" the root context, "component" as for migrator.metadata, "labels" additional labels.
*/}}
{{- define "migrator.podLabels" -}}
{{- $selector := include "migrator.selectorLabels" . | fromYaml -}}
{{- include "migrator.text.map" (dict "root" .root "value" (mergeOverwrite dict (.root.Values.commonLabels | default dict) (.labels | default dict) $selector)) -}}
{{- end -}}

{{/*
The labels that select a component's pods. They never change. Because of the component, the Service and the
PodDisruptionBudget do not select the Job's pods.
Argument: dict "root" the root context, "component" as for migrator.metadata.
*/}}
{{- define "migrator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "migrator.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component | quote }}
{{- end -}}
