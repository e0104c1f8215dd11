{{/*
The part of the pod spec that the Job, the application and the test pods share, so that they cannot diverge.
Argument: dict "root" the root context, "settings" the component's values, which take precedence over the shared values,
"serviceAccount" a name or "", and optionally "automountToken" true to mount an API token in any case.
*/}}
{{- define "migrator.pod.shared" -}}
{{- $values := .root.Values -}}
{{- $settings := .settings -}}
{{- with .serviceAccount -}}
serviceAccountName: {{ . | quote }}
{{ end -}}
automountServiceAccountToken: {{ or .automountToken $values.serviceAccount.automountToken }}
# Otherwise a Service named "migrate" would set MIGRATE_PORT, which migrate would read as a setting.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ $settings.terminationGracePeriodSeconds }}
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "migrator.pod.security" . | fromYaml }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- /* A component's empty value clears the shared one. */}}
{{- with kindIs "invalid" $settings.nodeSelector | ternary $values.nodeSelector $settings.nodeSelector }}
nodeSelector:
  {{- include "migrator.text.map" (dict "root" $.root "value" .) | nindent 2 }}
{{- end }}
{{- with kindIs "invalid" $settings.tolerations | ternary $values.tolerations $settings.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with kindIs "invalid" $settings.priorityClassName | ternary $values.priorityClassName $settings.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $settings.podSpec }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
The security context of a pod, as YAML: the shared podSecurityContext with the fields that the component overrides.
Argument: dict "root" the root context, "settings" the component's values.
*/}}
{{- define "migrator.pod.security" -}}
{{- mergeOverwrite (.root.Values.podSecurityContext | default dict | deepCopy) (.settings.podSecurityContext | default dict) | toYaml -}}
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
