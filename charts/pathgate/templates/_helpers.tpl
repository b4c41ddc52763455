{{- define "pathgate.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "pathgate.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "pathgate.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "pathgate.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- /* What tells the pods of one component from all others; never changes in an upgrade. */}}
{{- define "pathgate.selector" -}}
app.kubernetes.io/name: {{ include "pathgate.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "pathgate.labels" -}}
{{ include "pathgate.selector" . }}
app.kubernetes.io/part-of: pathgate
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "pathgate.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end }}

{{- /* Secret with the webhook's certificate. */}}
{{- define "pathgate.tlsSecret" -}}
{{- if eq .Values.certificates.mode "existingSecret" -}}
{{ required "certificates.mode=existingSecret needs certificates.existingSecret.name" .Values.certificates.existingSecret.name }}
{{- else if eq .Values.certificates.mode "cert-manager" -}}
{{- /* Not that of mode self: cert-manager's Secrets outlive their Certificate, and would be in its way. */ -}}
{{ include "pathgate.fullname" . }}-cert-manager-tls
{{- else -}}
{{ include "pathgate.fullname" . }}-tls
{{- end -}}
{{- end }}

{{- /* The annotations and the caBundle by which the API server trusts the webhook. */}}
{{- define "pathgate.webhookAnnotations" -}}
{{- $annotations := dict }}
{{- if eq .Values.certificates.mode "cert-manager" }}
{{- $_ := set $annotations "cert-manager.io/inject-ca-from" (printf "%s/%s-tls" .Release.Namespace (include "pathgate.fullname" .)) }}
{{- end }}
{{- with merge $annotations .Values.webhook.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "pathgate.clientConfig" -}}
service:
  name: {{ include "pathgate.fullname" .root }}-webhook
  namespace: {{ .root.Release.Namespace }}
  path: {{ .path }}
  port: 443
{{- if eq .root.Values.certificates.mode "existingSecret" }}
caBundle: {{ required "certificates.mode=existingSecret needs certificates.existingSecret.caBundle, the PEM of the CA" .root.Values.certificates.existingSecret.caBundle | b64enc }}
{{- end }}
{{- end }}

{{- /* Which namespaces and objects are judged. */}}
{{- define "pathgate.selectors" -}}
namespaceSelector:
  {{- toYaml .Values.webhook.namespaceSelector | nindent 2 }}
objectSelector:
  {{- toYaml .Values.webhook.objectSelector | nindent 2 }}
{{- end }}

{{- /* What a rule does; an unquoted off is false in YAML. */}}
{{- define "pathgate.action" -}}
{{- $action := get .root.Values.rules .rule | toString }}
{{- ternary "off" $action (eq $action "false") }}
{{- end }}

{{- /* "true" if at least one of the named rules is not off. */}}
{{- define "pathgate.asksAny" -}}
{{- $root := .root }}
{{- $asked := false }}
{{- range .rules }}
{{- if ne (include "pathgate.action" (dict "root" $root "rule" .)) "off" }}{{ $asked = true }}{{ end }}
{{- end }}
{{- if $asked }}true{{ end }}
{{- end }}

{{- /* CEL: what an object's services are, and what they were; empty where there are none. */}}
{{- define "pathgate.cel.servicesNow" -}}
object.?spec.?serviceSpec.?services.orValue([])
{{- end }}
{{- define "pathgate.cel.servicesBefore" -}}
oldObject.?spec.?serviceSpec.?services.orValue([])
{{- end }}

{{- /* Containers, probes and security that both Deployments share. */}}
{{- define "pathgate.container" -}}
image: {{ include "pathgate.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args: [serve]
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
# Alive, not started: an API server that is away must not have the kubelet restart what waits for it.
startupProbe:
  httpGet:
    path: /q/health/live
    port: management
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: 120
livenessProbe:
  httpGet:
    path: /q/health/live
    port: management
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /q/health/ready
    port: management
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 3
{{- end }}

{{- define "pathgate.topologySpread" -}}
topologySpreadConstraints:
{{- if .component.topologySpreadConstraints }}
  {{- toYaml .component.topologySpreadConstraints | nindent 2 }}
{{- else }}
  - topologyKey: kubernetes.io/hostname
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "pathgate.selector" (dict "root" .root "component" .name) | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}

{{- /* Where pods run, and as whom. */}}
{{- define "pathgate.podPlacement" -}}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .component.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .component.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .component.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .component.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{ include "pathgate.topologySpread" . }}
# Keeps the variables away that Kubernetes makes of Services and that look like settings.
enableServiceLinks: false
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- end }}

{{- /* The names by which the API server calls the webhook. */}}
{{- define "pathgate.dnsNames" -}}
- {{ include "pathgate.fullname" . }}-webhook.{{ .Release.Namespace }}.svc
- {{ include "pathgate.fullname" . }}-webhook.{{ .Release.Namespace }}
{{- end }}

{{- /* What the labels app.kubernetes.io/component and the object's own name say of one component. */}}
{{- define "pathgate.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "pathgate.labels" . | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "pathgate.clusterRoleBinding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
  labels:
    {{- include "pathgate.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
subjects:
  - kind: ServiceAccount
    name: {{ include "pathgate.fullname" .root }}-{{ .component }}
    namespace: {{ .root.Release.Namespace }}
{{- end }}

{{- define "pathgate.roleBinding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "pathgate.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
subjects:
  - kind: ServiceAccount
    name: {{ include "pathgate.fullname" .root }}-{{ .component }}
    namespace: {{ .root.Release.Namespace }}
{{- end }}

{{- /* Health and metrics of one component. */}}
{{- define "pathgate.managementService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}-management
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "pathgate.labels" . | nindent 4 }}
    pathgate.dev/port: management
spec:
  selector:
    {{- include "pathgate.selector" . | nindent 4 }}
  ports:
    - name: management
      port: 9000
      targetPort: management
{{- end }}

{{- /* Connections that one component needs: its own ports in, the API server and DNS out. */}}
{{- define "pathgate.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "pathgate.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "pathgate.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- if .https }}
    # The API server, which no selector can name: it often runs outside the pod network.
    - ports:
        - port: https
          protocol: TCP
    {{- end }}
    - ports:
        - port: management
          protocol: TCP
      {{- with .root.Values.networkPolicy.managementFrom }}
      from:
        {{- toYaml . | nindent 8 }}
        # helm test
        - podSelector:
            matchLabels:
              {{- include "pathgate.selector" (dict "root" $.root "component" "test") | nindent 14 }}
      {{- end }}
  egress:
    - ports:
        {{- range .root.Values.networkPolicy.apiServerPorts }}
        - port: {{ . }}
          protocol: TCP
        {{- end }}
    - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
{{- end }}

{{- /*
Conditions under which a ClusterDeployment or MultiClusterService is worth judging: an edit of a field
of a service that rules look at, or of the services' number or order.
*/}}
{{- define "pathgate.serviceMatchConditions" -}}
- name: not-being-deleted
  expression: "!has(object.metadata.deletionTimestamp)"
- name: services-differ
  expression: >-
    {{ include "pathgate.cel.now" . }} !=
    (request.operation == 'CREATE' ? [] : {{ include "pathgate.cel.before" . }})
{{- end }}

{{- /* What the policies of one rule do: refuse, or only say so. */}}
{{- define "pathgate.validationActions" -}}
{{- if or (eq .root.Values.mode "warn") (eq (include "pathgate.action" .) "warn") -}}
[Warn, Audit]
{{- else -}}
[Deny, Audit]
{{- end -}}
{{- end }}

{{- /* Whether policies of a rule are rendered. */}}
{{- define "pathgate.policyAsked" -}}
{{- if and .root.Values.policies.enabled (ne (include "pathgate.action" .) "off") }}true{{ end }}
{{- end }}

{{- /*
CEL shared by conditions and policies about services. A service is {id, template, chain}, its id being
namespace/name with the namespace "default" where it names none.
*/}}
{{- define "pathgate.cel.asServices" -}}
.map(s, {
  'id': (s.?namespace.orValue('') == '' ? 'default' : string(s.namespace)) + '/' + string(s.name),
  'template': string(s.template),
  'chain': string(s.?templateChain.orValue(''))
})
{{- end }}

{{- define "pathgate.cel.now" -}}
{{ include "pathgate.cel.servicesNow" . }}{{ include "pathgate.cel.asServices" . | replace "\n" " " }}
{{- end }}
{{- define "pathgate.cel.before" -}}
{{ include "pathgate.cel.servicesBefore" . }}{{ include "pathgate.cel.asServices" . | replace "\n" " " }}
{{- end }}

{{- define "pathgate.policyServiceConditions" -}}
{{ include "pathgate.serviceMatchConditions" . }}
# More would exceed what the API server lets a policy compute: the webhook judges those alone.
- name: few-services
  expression: >-
    size({{ include "pathgate.cel.servicesNow" . }}) *
    size({{ include "pathgate.cel.servicesBefore" . }}) <= 40000
{{- end }}

{{- define "pathgate.policyServiceVariables" -}}
- name: before
  expression: >-
    {{ include "pathgate.cel.before" . }}
- name: now
  expression: >-
    {{ include "pathgate.cel.now" . }}
# Break-glass: the webhook then warns, and writes who and why to the audit log.
- name: exempt
  expression: >-
    {{ if .Values.exempt.groups -}}
    'pathgate.dev/exempt' in object.metadata.?annotations.orValue({}) &&
    request.userInfo.?groups.orValue([]).exists(g, g in {{ .Values.exempt.groups | toJson }})
    {{- else }}false{{ end }}
{{- end }}

{{- define "pathgate.policyServiceResources" -}}
- apiGroups: [k0rdent.mirantis.com]
  apiVersions: [v1beta1]
  operations: [UPDATE]
  resources: [clusterdeployments, multiclusterservices]
{{- end }}

{{- /* CEL: two supported templates are the same; a list that is absent, null or empty is, too. */}}
{{- define "pathgate.cel.sameTemplate" -}}
{{- $one := index . 0 }}{{ $other := index . 1 -}}
{{ $one }}.name == {{ $other }}.name && {{ include "pathgate.cel.fieldsIn" . }} && {{ include "pathgate.cel.fieldsIn" (list $other $one) }}
{{- end }}

{{- define "pathgate.cel.fieldsIn" -}}
{{- $one := index . 0 }}{{ $other := index . 1 -}}
{{ $one }}.all(f, {{ $one }}[f] == null || {{ $one }}[f] == [] || (f in {{ $other }} && {{ $other }}[f] == {{ $one }}[f]))
{{- end }}
