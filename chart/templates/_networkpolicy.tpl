{{/*
The rules of a NetworkPolicy. Argument: dict "root" the root context, "ingress" a list of rules; an empty one lets
nobody in; where needed "egress", further ones.
*/}}
{{- define "migrator.networkPolicy.rules" -}}
{{- $egress := concat (.root.Values.networkPolicy.egress | default list) (.egress | default list) -}}
policyTypes:
  - Ingress
  {{- if $egress }}
  - Egress
  {{- end }}
ingress:
  {{- toYaml .ingress | nindent 2 }}
{{- with $egress }}
egress:
  # DNS, without which no name of a database is found. On OpenShift its pods listen on 5353, and rules see the pods' port.
  - ports:
      - port: 53
        protocol: UDP
      - port: 53
        protocol: TCP
      - port: 5353
        protocol: UDP
      - port: 5353
        protocol: TCP
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
