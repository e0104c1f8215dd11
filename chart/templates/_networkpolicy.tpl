{{/*
The rules of a NetworkPolicy. Argument: dict "root" the root context, "ingress" a list of rules; an empty one lets
nobody in.
*/}}
{{- define "migrator.networkPolicy.rules" -}}
{{- $egress := .root.Values.networkPolicy.egress -}}
policyTypes:
  - Ingress
  {{- if $egress }}
  - Egress
  {{- end }}
ingress:
  {{- toYaml .ingress | nindent 2 }}
{{- with $egress }}
egress:
  # DNS, without which no name of a database is found.
  - ports:
      - port: 53
        protocol: UDP
      - port: 53
        protocol: TCP
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
