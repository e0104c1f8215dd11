{{/*
The part of the pod spec that the Job, the application and the test pods share, so that they cannot diverge.
Argument: dict "root" the root context, "settings" the component's values, which take precedence over the shared scheduling
values, "serviceAccount" a name or "".
*/}}
{{- define "migrator.pod.shared" -}}
{{- $values := .root.Values -}}
{{- $settings := .settings -}}
{{- with .serviceAccount -}}
serviceAccountName: {{ . | quote }}
{{ end -}}
automountServiceAccountToken: {{ $values.serviceAccount.automountToken }}
# Otherwise a Service named "migrate" would set MIGRATE_PORT, which migrate would read as a setting.
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

{{/*
The security context of a container: the shared containerSecurityContext with the fields that the component overrides. Nothing
if it has no fields. Argument: dict "root" the root context, "settings" the component's values, and optionally "defaults"
fields that both override.
*/}}
{{- define "migrator.container.security" -}}
{{- /* A copy, because mergeOverwrite would change the maps in the shared value, such as capabilities, for all containers. */}}
{{- $shared := .root.Values.containerSecurityContext | default dict | deepCopy -}}
{{- with mergeOverwrite dict (.defaults | default dict) $shared (.settings.containerSecurityContext | default dict) -}}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}
