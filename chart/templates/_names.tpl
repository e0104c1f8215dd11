{{/*
The base of every object's name. Argument: the root context.
A chart that is installed by itself deploys one application, whose name the release is: it is not repeated as
"orders-migrator". As a dependency the alias tells this chart's objects from those of its parent.
*/}}
{{- define "migrator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "migrator.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What is deployed, for the label app.kubernetes.io/name. Argument: the root context. */}}
{{- define "migrator.name" -}}
{{- $default := ternary .Release.Name .Chart.Name .Chart.IsRoot -}}
{{- .Values.nameOverride | default $default | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
A name with a suffix, cut before the suffix: 63 characters at most, because names become labels (job-name).
Argument: dict "root" the root context, "suffix" with its dash.
*/}}
{{- define "migrator.suffixed" -}}
{{- $room := sub 63 (len .suffix) | int -}}
{{- printf "%s%s" (include "migrator.fullname" .root | trunc $room | trimSuffix "-") .suffix -}}
{{- end -}}

{{/* Labels of every object. Argument: dict "root" the root context, "component" server or migration. */}}
{{- define "migrator.labels" -}}
{{ include "migrator.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{- end -}}

{{/*
Labels that select a component's pods, and never change. The component keeps the Service and the PodDisruptionBudget
away from the Job's pods. Argument: as migrator.labels.
*/}}
{{- define "migrator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "migrator.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component | quote }}
{{- end -}}
