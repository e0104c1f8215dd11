{{/*
The base of every object's name. Argument: the root context.
A chart that is installed by itself deploys one application, whose name the release is: it is not repeated as
"orders-migrator". As a dependency the alias tells this chart's objects from those of its parent, and of a second alias:
there it is always part of the name, or one's hooks would take the other's Secret and scripts for their own.
A release's name may hold dots, which a Service's may not.
*/}}
{{- define "migrator.fullname" -}}
{{- $name := include "migrator.name" . -}}
{{- $full := and .Chart.IsRoot (contains $name .Release.Name) | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- include "migrator.cut" (dict "name" (.Values.fullnameOverride | default ($full | replace "." "-")) "room" 63) -}}
{{- end -}}

{{/*
A name that fits. What is cut off counts on as a hash, or two long names could become one.
Argument: dict "name", "room" characters at most.
*/}}
{{- define "migrator.cut" -}}
{{- if le (len .name) (int .room) -}}
{{- .name | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" (.name | trunc (sub .room 9 | int) | trimSuffix "-") (sha256sum .name | trunc 8) -}}
{{- end -}}
{{- end -}}

{{/*
What is deployed, for the label app.kubernetes.io/name. An alias may be written ordersSchema or orders_schema, a name may not.
Argument: the root context.
*/}}
{{- define "migrator.name" -}}
{{- $default := .Chart.IsRoot | ternary .Release.Name (.Chart.Name | lower | replace "_" "-") -}}
{{- .Values.nameOverride | default $default | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
A name with a suffix, cut before the suffix: 63 characters at most, because names become labels (job-name).
Argument: dict "root" the root context, "suffix" with its dash.
*/}}
{{- define "migrator.suffixed" -}}
{{- $base := include "migrator.cut" (dict "name" (include "migrator.fullname" .root) "room" (sub 63 (len .suffix))) -}}
{{- printf "%s%s" $base .suffix -}}
{{- end -}}

{{/*
Name, namespace, labels and annotations of an object. The namespace stands there for those who apply a rendered chart.
Argument: dict "root" the root context, "name", "component" server, migration or test; where needed "labels",
"annotations", and "hook" the argument of migrator.hook.annotations without its root.
*/}}
{{- define "migrator.metadata" -}}
{{- $root := .root -}}
name: {{ .name | quote }}
namespace: {{ $root.Release.Namespace | quote }}
labels:
  {{- include "migrator.labels" . | nindent 2 }}
{{- $annotations := mergeOverwrite dict ($root.Values.commonAnnotations | default dict) (.annotations | default dict) }}
{{- with .hook }}
{{- $annotations = mergeOverwrite $annotations (include "migrator.hook.annotations" (merge (dict "root" $root) .) | fromYaml) }}
{{- end }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Labels of an object. Argument: as migrator.metadata. */}}
{{- define "migrator.labels" -}}
{{- $chart := printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- $own := dict "app.kubernetes.io/managed-by" .root.Release.Service "helm.sh/chart" $chart -}}
{{- with include "migrator.image.tag" (dict "image" .root.Values.image "name" "image") -}}
{{- $_ := set $own "app.kubernetes.io/version" (. | trunc 63 | trimAll "-_.") -}}
{{- end -}}
{{- $selector := include "migrator.selectorLabels" . | fromYaml -}}
{{- mergeOverwrite dict (.root.Values.commonLabels | default dict) (.labels | default dict) $own $selector | toYaml -}}
{{- end -}}

{{/*
Labels of a pod; without the chart's version and the image's tag, which would roll pods that stay the same.
Argument: dict "root", "component", "labels".
*/}}
{{- define "migrator.podLabels" -}}
{{- $selector := include "migrator.selectorLabels" . | fromYaml -}}
{{- mergeOverwrite dict (.root.Values.commonLabels | default dict) (.labels | default dict) $selector | toYaml -}}
{{- end -}}

{{/*
Labels that select a component's pods, and never change. The component keeps the Service and the PodDisruptionBudget
away from the Job's pods. Argument: dict "root", "component".
*/}}
{{- define "migrator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "migrator.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component | quote }}
{{- end -}}
