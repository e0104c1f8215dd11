{{/*
The rules of a NetworkPolicy. Argument: dict "root" the root context, "ingress" a list of rules (an empty list denies all
ingress), and optionally "egress" additional egress rules.
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
  # DNS, to resolve the database's host name. OpenShift's DNS pods listen on port 5353. A NetworkPolicy matches the port of the pod, not of the Service.
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
