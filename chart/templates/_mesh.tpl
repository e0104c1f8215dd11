{{/*
Annotations that disable the injection of mesh sidecars. A sidecar does not exit by itself, so the pod would never complete.
Argument: the component's values.
*/}}
{{- define "migrator.mesh.annotations" -}}
{{- if .meshOptOut -}}
sidecar.istio.io/inject: "false"
linkerd.io/inject: "disabled"
kuma.io/sidecar-injection: "disabled"
{{- end -}}
{{- end -}}

{{/* The same settings as labels, because current versions of Istio and Kuma read labels. Argument: the component's values. */}}
{{- define "migrator.mesh.labels" -}}
{{- if .meshOptOut -}}
sidecar.istio.io/inject: "false"
kuma.io/sidecar-injection: "disabled"
{{- end -}}
{{- end -}}
