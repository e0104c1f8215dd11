{{/*
The part of a pod's spec that Job and application share, so that they cannot drift.
Argument: dict "root" the root context, "settings" values of the component, whose own scheduling wins over the shared
one, "serviceAccount" a name or "".
*/}}
{{- define "migrator.pod.shared" -}}
{{- $values := .root.Values -}}
{{- $settings := .settings -}}
{{- with .serviceAccount -}}
serviceAccountName: {{ . | quote }}
{{ end -}}
automountServiceAccountToken: {{ $values.serviceAccount.automountToken }}
# A Service named "migrate" would otherwise set MIGRATE_PORT, which reads like a setting.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ $settings.terminationGracePeriodSeconds }}
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.nodeSelector | default $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.tolerations | default $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.priorityClassName | default $values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $settings.podSpec }}
{{ toYaml . }}
{{- end }}
{{- end -}}
